import {
  type DefinitionNode,
  Kind,
  type OperationDefinitionNode,
  parse,
  type SelectionNode,
  type SelectionSetNode,
} from "graphql";

/** What a GraphQL document asks for, without its white space: the part that makes a difference to a server. */
export interface GraphqlShape {
  type: string;
  name: string | null;
  /** Every selected leaf as `alias:field(args).field`; `…Type` stands for a fragment on that type. */
  selects: string[];
}

export function graphqlShape(document: string): GraphqlShape {
  const operation = parse(document).definitions.find(isOperation);
  if (!operation) throw new Error(`no operation in GraphQL document: ${document}`);
  return {
    type: operation.operation,
    name: operation.name?.value ?? null,
    selects: leaves(operation.selectionSet, []),
  };
}

const isOperation = (node: DefinitionNode): node is OperationDefinitionNode =>
  node.kind === Kind.OPERATION_DEFINITION;

function leaves(set: SelectionSetNode, path: string[]): string[] {
  return set.selections.flatMap((selection) => {
    const here = [...path, step(selection)];
    const nested = selection.kind === Kind.FRAGMENT_SPREAD ? undefined : selection.selectionSet;
    return nested ? leaves(nested, here) : [here.join(".")];
  });
}

function step(selection: SelectionNode): string {
  if (selection.kind === Kind.INLINE_FRAGMENT) return `…${selection.typeCondition?.name.value ?? ""}`;
  if (selection.kind === Kind.FRAGMENT_SPREAD) return `…${selection.name.value}`;
  const alias = selection.alias ? `${selection.alias.value}:` : "";
  const args = selection.arguments?.map((argument) => argument.name.value).join(",");
  return `${alias}${selection.name.value}${args ? `(${args})` : ""}`;
}
