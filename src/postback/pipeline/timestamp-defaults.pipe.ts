import type { PipeTransform } from '@nestjs/common';
import type { FieldName } from '../../fields/install-fields';
import type { Postback, ValidPostback } from './postback';
import { nameOf } from './sender-names';
import type { Warning } from './warning';

/** Default of `install_timestamp`: the time of arrival. Default of `click_timestamp`: `install_timestamp`. */
export class TimestampDefaultsPipe implements PipeTransform<
  ValidPostback,
  Postback
> {
  transform(postback: ValidPostback): Postback {
    const {
      received_at,
      install_timestamp = received_at,
      click_timestamp = install_timestamp,
    } = postback.install;
    const isClickLater = click_timestamp > install_timestamp;
    return {
      ...postback,
      install: { ...postback.install, install_timestamp, click_timestamp },
      defaulted: missingTimes(postback.install),
      warnings: isClickLater
        ? [...postback.warnings, clickAfterInstall(postback)]
        : postback.warnings,
    };
  }
}

function missingTimes({
  install_timestamp,
  click_timestamp,
}: ValidPostback['install']): ReadonlySet<FieldName> {
  const missing = new Set<FieldName>();
  if (install_timestamp === undefined) missing.add('install_timestamp');
  if (click_timestamp === undefined) missing.add('click_timestamp');
  return missing;
}

function clickAfterInstall(postback: ValidPostback): Warning {
  const click = nameOf(postback, 'click_timestamp');
  return {
    field: click,
    code: 'click_after_install',
    message: `${click} is later than ${nameOf(postback, 'install_timestamp')}. Both times are accepted`,
  };
}
