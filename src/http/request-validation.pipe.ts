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
          errors: errors.flatMap(toFaults),
        }),
    });
  }
}

function toFaults({ property, constraints }: ValidationError): FieldFault[] {
  return Object.entries(constraints ?? {}).map(([rule, message]) => ({
    field: property,
    ...(rule === 'whitelistValidation'
      ? {
          code: 'unknown_field',
          message: `${property} is nothing that this call takes`,
        }
      : { code: 'invalid_value', message }),
  }));
}
