import type { PipeTransform } from '@nestjs/common';
import { validateSync } from 'class-validator';
import { type FieldName, IDENTIFIERS } from '../../fields/install-fields';
import type { FieldFault } from '../../fields/field-fault';
import { ProblemException } from '../../problems/problem.exception';
import { compileRules } from './compile-rules';
import { sendAnIdentifier } from './has-identifier.decorator';
import { InstallPostbackDto } from './install-postback.dto';
import type { DraftPostback, ValidPostback } from './postback';
import { describeName, nameOf } from './sender-names';

/** The marker property of the DTO. */
const IDENTIFIERS_RULE = 'identifiers' satisfies keyof InstallPostbackDto;

const keepsRules = compileRules(InstallPostbackDto);

/** Validates a postback against its DTO. Throws `invalid_postback` with all faults. */
export class ValidatePipe implements PipeTransform<
  DraftPostback,
  ValidPostback
> {
  transform(postback: DraftPostback): ValidPostback {
    if (isValid(postback)) return postback;
    throw explain(postback);
  }
}

function isValid(postback: DraftPostback): postback is ValidPostback {
  return postback.faults.length === 0 && keepsRules(postback.install);
}

/** The slow way, for invalid postbacks only: class-validator reports what is wrong. */
function explain(postback: DraftPostback): ProblemException {
  const broken = validateSync(postback.install).flatMap(
    ({ property, constraints }) =>
      // Only an error of a nested object has none.
      Object.entries(constraints!).map(([code, message]): FieldFault => ({
        field: sentNameOf(property, postback),
        code,
        message: [
          inNamesOfSender(message, property, postback),
          ...reasons(property, postback),
        ].join('. '),
      })),
  );
  const errors = [...postback.faults, ...broken];
  const fields = errors.map(({ field }) => field).join(', ');
  const code = errors.every((error) => error.code === 'invalid_encoding')
    ? 'invalid_encoding'
    : 'invalid_postback';
  return new ProblemException(code, {
    detail: `Nothing was stored. Correct these fields and send the postback again: ${fields}.`,
    errors,
  });
}

/** The field of a rule; for the rule of the marker, the identifiers that the sender has names for. */
function fieldsOf(property: string, { namesOf }: DraftPostback): FieldName[] {
  return property === IDENTIFIERS_RULE
    ? IDENTIFIERS.filter((field) => namesOf(field).length > 0)
    : [property as FieldName];
}

function sentNameOf(property: string, postback: DraftPostback): string {
  return property === IDENTIFIERS_RULE
    ? property
    : nameOf(postback, property as FieldName);
}

/** The message of a rule, which begins with the canonical name, in the names of the sender. */
function inNamesOfSender(
  message: string,
  property: string,
  postback: DraftPostback,
): string {
  const names = fieldsOf(property, postback).map((field) =>
    describeName(postback, field),
  );
  return property === IDENTIFIERS_RULE
    ? sendAnIdentifier(names)
    : message.replace(property, names[0]);
}

/** Why a field that was sent was read as not sent: a sender who reads only "required" would search in the wrong place. */
function reasons(property: string, postback: DraftPostback): string[] {
  const fields = fieldsOf(property, postback).map((field) =>
    nameOf(postback, field),
  );
  return postback.warnings
    .filter(({ field }) => fields.includes(field))
    .map(({ message }) => message);
}
