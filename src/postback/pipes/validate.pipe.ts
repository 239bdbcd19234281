import { Injectable, type PipeTransform } from '@nestjs/common';
import { validateSync } from 'class-validator';
import { type FieldName, IDENTIFIERS } from '../../fields/install-fields';
import {
  type FieldFault,
  ProblemException,
} from '../../problems/problem.exception';
import { compileRules } from '../compile-rules';
import { InstallPostbackDto } from '../dto/install-postback.dto';
import type { Postback } from '../postback';
import type { Warning } from '../warning';

const keepsRules = compileRules(InstallPostbackDto);

/** Holds a postback to the rules of its DTO. Throws `invalid_postback` with every fault at once. */
@Injectable()
export class ValidatePipe implements PipeTransform<Postback, Postback> {
  transform(postback: Postback): Postback {
    if (keepsRules(postback.install)) return postback;
    throw explain(postback);
  }
}

/** The slow way, for refusals: class-validator says what is wrong. */
function explain(postback: Postback): ProblemException {
  const errors = validateSync(postback.install, {
    forbidUnknownValues: true,
    validationError: { target: false, value: false },
  })
    // A value by default is not the sender's: its fault is told of where it comes from.
    .filter(({ property }) => !postback.defaulted.has(property as FieldName))
    .flatMap(({ property, constraints = {} }) =>
      Object.entries(constraints).map(([code, message]): FieldFault => ({
        field: property,
        code,
        message: [message, ...reasons(property, postback.warnings)].join('. '),
      })),
    );
  const fields = errors.map(({ field }) => field).join(', ');
  const code = errors.every((error) => error.code === 'invalid_encoding')
    ? 'invalid_encoding'
    : 'invalid_postback';
  return new ProblemException(code, {
    detail: `Correct and send again: ${fields}. Nothing was stored.`,
    errors,
  });
}

/** Why a field that was sent counts as not sent: who only sees "required" looks in the wrong place. */
function reasons(property: string, warnings: readonly Warning[]): string[] {
  const fields: readonly string[] =
    property === 'identifiers' ? IDENTIFIERS : [property];
  return warnings
    .filter(({ field }) => fields.includes(field))
    .map(({ message }) => message);
}
