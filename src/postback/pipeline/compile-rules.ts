import type { Type } from '@nestjs/common';
import {
  getMetadataStorage,
  type ValidationArguments,
  ValidationTypes,
} from 'class-validator';

type Metadata = ReturnType<
  ReturnType<typeof getMetadataStorage>['getTargetValidationMetadatas']
>[number];
type Condition = (object: object, value: unknown) => boolean;
type Rule = (value: unknown, args: ValidationArguments) => unknown;

/**
 * Compiles the class-validator rules of a class. The returned function reports whether an object keeps them: the verdict
 * of `validateSync`, without its explanations. It is about ten times as fast, because the metadata are read only once,
 * here. Throws for a rule of an unsupported kind.
 */
export function compileRules<T extends object>(
  dto: Type<T>,
): (object: object) => object is T {
  const properties = [...groupByProperty(dto)].map(([property, metadatas]) => ({
    property,
    conditions: metadatas.flatMap(conditionOf),
    rules: metadatas.flatMap(rulesOf),
  }));
  // Plain loops: this runs over all fields of every postback.
  return (object): object is T => {
    for (const { property, conditions, rules } of properties) {
      const value: unknown = object[property as keyof typeof object];
      if (!conditions.every((applies) => applies(object, value))) continue;
      const args = {
        targetName: dto.name,
        property,
        object,
        value,
        constraints: [],
      };
      for (const isFine of rules) if (!isFine(value, args)) return false;
    }
    return true;
  };
}

function groupByProperty(dto: Type): Map<string, Metadata[]> {
  const metadatas = getMetadataStorage().getTargetValidationMetadatas(
    dto,
    '',
    false,
    false,
  );
  return Map.groupBy(metadatas, ({ propertyName }) => propertyName);
}

function conditionOf({ type, constraints }: Metadata): Condition[] {
  return type === ValidationTypes.CONDITIONAL_VALIDATION
    ? [constraints[0] as Condition]
    : [];
}

function rulesOf(metadata: Metadata): Rule[] {
  if (metadata.type === ValidationTypes.CONDITIONAL_VALIDATION) return [];
  const isPlain =
    metadata.type === ValidationTypes.CUSTOM_VALIDATION &&
    !metadata.each &&
    !metadata.validateIf &&
    !metadata.constraints?.length;
  if (!isPlain) {
    throw new Error(`Cannot compile the rules of ${metadata.propertyName}`);
  }
  return getMetadataStorage()
    .getTargetValidatorConstraints(metadata.constraintCls)
    .map(({ instance }): Rule => instance.validate.bind(instance));
}
