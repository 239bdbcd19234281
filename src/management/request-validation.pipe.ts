import { type ArgumentMetadata, ValidationPipe } from '@nestjs/common';
import type { ValidationError } from 'class-validator';
import type { FieldFault } from '../fields/field-fault';
import { ProblemException } from '../problems/problem.exception';
import { prototypeNamesIn } from '../http/prototype-names';

/** Validates queries and bodies of the management API against their DTO. A property that the DTO lacks is a fault. */
export class RequestValidationPipe extends ValidationPipe {
  constructor() {
    super({
      transform: true,
      stopAtFirstError: true,
      whitelist: true,
      forbidNonWhitelisted: true,
      forbidUnknownValues: true,
      exceptionFactory: (errors) =>
        new ProblemException('invalid_request', {
          errors: errors.flatMap((error) => toFaults(error)),
        }),
    });
  }

  override async transform(
    value: unknown,
    metadata: ArgumentMetadata,
  ): Promise<unknown> {
    // Must be found before the base class drops them.
    const dropped = prototypeNamesIn(value).map(unknownField);
    if (dropped.length === 0) return super.transform(value, metadata);
    const others = await super.transform(value, metadata).then(
      () => [],
      ({ errors = [] }: ProblemException) => errors,
    );
    throw new ProblemException('invalid_request', {
      errors: [...dropped, ...others],
    });
  }
}

/** The faults of a property and of the properties within it, which are named by their path. */
function toFaults(
  { property, constraints = {}, children = [] }: ValidationError,
  parent = '',
): FieldFault[] {
  const field = parent + property;
  return [
    ...Object.entries(constraints).map(([rule, message]) =>
      rule === 'whitelistValidation'
        ? unknownField(field)
        : { field, code: 'invalid_value', message },
    ),
    ...children.flatMap((child) => toFaults(child, `${field}.`)),
  ];
}

function unknownField(field: string): FieldFault {
  return {
    field,
    code: 'unknown_field',
    message: `unknown property ${field}`,
  };
}
