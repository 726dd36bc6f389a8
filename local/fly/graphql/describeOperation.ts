import { Kind, type OperationDefinitionNode, parse, type SelectionSetNode } from "graphql";

/**
 * Type and name of a GraphQL request's operation. Without a name, its fields of the first level and those of the second
 * level that have fields of their own: `query app{ipAddresses}`. Undefined if the text is not GraphQL.
 */
export function describeOperation(query: string): string | undefined {
  const operation = operationOf(query);
  if (!operation) return undefined;
  const name = operation.name?.value ?? fieldNames(operation.selectionSet, 2).join(",");
  return `${operation.operation} ${name}`;
}

function operationOf(query: string): OperationDefinitionNode | undefined {
  try {
    return parse(query).definitions.find((node) => node.kind === Kind.OPERATION_DEFINITION);
  } catch {
    return undefined;
  }
}

function fieldNames(selections: SelectionSetNode, levels: number): string[] {
  return selections.selections.flatMap((selection) => {
    if (selection.kind !== Kind.FIELD) return [];
    const isLeafOfSecondLevel = levels === 1 && !selection.selectionSet;
    if (isLeafOfSecondLevel) return [];
    const name = selection.alias ? `${selection.alias.value}:${selection.name.value}` : selection.name.value;
    const below = selection.selectionSet && levels > 1 ? fieldNames(selection.selectionSet, levels - 1) : [];
    return [below.length > 0 ? `${name}{${below.join(",")}}` : name];
  });
}
