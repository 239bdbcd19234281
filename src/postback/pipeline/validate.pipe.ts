import { Injectable, type PipeTransform } from '@nestjs/common';
import { validateSync } from 'class-validator';
import { type FieldName, IDENTIFIERS } from '../../fields/install-fields';
import type { FieldFault } from '../../fields/field-fault';
import { ProblemException } from '../../problems/problem.exception';
import { compileRules } from './compile-rules';
import { InstallPostbackDto } from './install-postback.dto';
import type { Postback } from './postback';
import { describeName, nameOf } from './sender-names';

/** The marker property of the DTO. */
const IDENTIFIERS_RULE = 'identifiers';

const keepsRules = compileRules(InstallPostbackDto);

/** Holds a postback to the rules of its DTO. Throws `invalid_postback` with every fault at once. */
@Injectable()
export class ValidatePipe implements PipeTransform<Postback, Postback> {
  transform(postback: Postback): Postback {
    if (postback.faults.length === 0 && keepsRules(postback.install)) {
      return postback;
    }
    throw explain(postback);
  }
}

/** The slow way, for refusals: class-validator says what is wrong. */
function explain(postback: Postback): ProblemException {
  const broken = validateSync(postback.install)
    // A value by default is not the sender's: its fault is told of where it comes from.
    .filter(({ property }) => !postback.defaulted.has(property as FieldName))
    .flatMap(({ property, constraints }) =>
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
    detail: `Correct and send again: ${fields}. Nothing was stored.`,
    errors,
  });
}

/** A rule of a field, or of all identifiers together that the sender has names for. */
function fieldsOf(property: string, { namesOf }: Postback): FieldName[] {
  return property === IDENTIFIERS_RULE
    ? IDENTIFIERS.filter((field) => namesOf(field).length > 0)
    : [property as FieldName];
}

function sentNameOf(property: string, postback: Postback): string {
  return property === IDENTIFIERS_RULE
    ? property
    : nameOf(postback, property as FieldName);
}

/** The message of a rule, which begins with our name, in the sender's names. */
function inNamesOfSender(
  message: string,
  property: string,
  postback: Postback,
): string {
  const names = fieldsOf(property, postback).map((field) =>
    describeName(postback, field),
  );
  return property === IDENTIFIERS_RULE
    ? `Send at least one of ${names.join(', ')}`
    : message.replace(property, names[0]);
}

/** Why a field that was sent counts as not sent: who only sees "required" looks in the wrong place. */
function reasons(property: string, postback: Postback): string[] {
  const fields = fieldsOf(property, postback).map((field) =>
    nameOf(postback, field),
  );
  return postback.warnings
    .filter(({ field }) => fields.includes(field))
    .map(({ message }) => message);
}
