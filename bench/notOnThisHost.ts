/** What a part needs and this host does not have: the part is left out, and the bench goes on. */
export class NotOnThisHost extends Error {
  override name = "NotOnThisHost";
}
