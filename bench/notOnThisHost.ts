/** This host lacks something that a part needs. The bench leaves the part out and continues. */
export class NotOnThisHost extends Error {
  override name = "NotOnThisHost";
}
