import { ValidationPipe } from '@nestjs/common';
import type { ValidationError } from 'class-validator';
import {
  type FieldFault,
  ProblemException,
} from '../problems/problem.exception';

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
}

/** Of a member and of those within it, which are named by their path. */
function toFaults(
  { property, constraints = {}, children = [] }: ValidationError,
  parent = '',
): FieldFault[] {
  const field = parent + property;
  return [
    ...Object.entries(constraints).map(([rule, message]) => ({
      field,
      ...(rule === 'whitelistValidation'
        ? {
            code: 'unknown_field',
            message: `${field} is nothing that this call takes`,
          }
        : { code: 'invalid_value', message }),
    })),
    ...children.flatMap((child) => toFaults(child, `${field}.`)),
  ];
}
