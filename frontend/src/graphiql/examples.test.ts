import { readFileSync } from 'node:fs';
import { buildSchema, coerceInputValue, getOperationAST, parse, typeFromAST, validate } from 'graphql';
import type { GraphQLInputType } from 'graphql';
import { describe, expect, it } from 'vitest';
import { examples } from './examples';

const schema = buildSchema(readFileSync('../schema.graphql', 'utf8'));

describe('the examples of GraphiQL', () => {
  it.each(examples)('$name is valid against the schema', ({ query }) => {
    expect(validate(schema, parse(query))).toEqual([]);
  });

  it.each(examples.filter(({ name }) => name !== 'uploadImage'))('$name has variables of the right types', ({ query, variables = {} }) => {
    const problems: string[] = [];
    const operation = getOperationAST(parse(query));
    const declared = operation?.variableDefinitions ?? [];
    for (const { variable, type } of declared) {
      const inputType = typeFromAST(schema, type as never) as GraphQLInputType;
      const value = variables[variable.name.value];
      coerceInputValue(value, inputType, (path, _value, error) => problems.push(`${path.join('.')}: ${error.message}`));
    }
    expect(problems).toEqual([]);
    expect(Object.keys(variables).sort()).toEqual(declared.map(({ variable }) => variable.name.value).sort());
  });

  it('leave no operation of the schema out', () => {
    const operations = [schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()]
      .flatMap((type) => Object.keys(type?.getFields() ?? {}))
      .sort();
    expect(examples.map(({ name }) => name).sort()).toEqual(operations);
  });
});
