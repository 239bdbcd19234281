import { type ArgumentMetadata, ValidationPipe } from '@nestjs/common';
import type { ValidationError } from 'class-validator';
import {
  type FieldFault,
  ProblemException,
} from '../problems/problem.exception';
import { prototypeNamesIn } from '../http/prototype-names';

/** Checks the requests of the management API; a member that is not in the DTO is a fault. */
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
    // Before they are dropped.
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

/** Of a member and of those within it, which are named by their path. */
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
    message: `${field} is nothing that this call takes`,
  };
}
