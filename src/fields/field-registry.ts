import type { Type } from '@nestjs/common';
import type { FieldTypeName } from './field-types';

export interface Field<Name extends string = string> {
  readonly name: Name;
  readonly type: FieldTypeName;
  readonly description: string;
  readonly example: string | number;
}

const registry = new WeakMap<object, Field[]>();

/** Registers a field. The field decorators call it, in the order of the declarations. */
export function registerField(owner: object, field: Field): void {
  const fields = registry.get(owner) ?? [];
  fields.push(field);
  registry.set(owner, fields);
}

/** The fields that a class and its ancestors declare, in order. */
export function fieldsOf<T extends object>(
  owner: Type<T>,
): readonly Field<keyof T & string>[] {
  const parent = Object.getPrototypeOf(owner) as Type<T> | null;
  const inherited = parent ? fieldsOf(parent) : [];
  return [
    ...inherited,
    ...((registry.get(owner) ?? []) as Field<keyof T & string>[]),
  ];
}
