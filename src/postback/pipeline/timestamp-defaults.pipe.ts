import { Injectable, type PipeTransform } from '@nestjs/common';
import type { FieldName } from '../../fields/install-fields';
import type { Postback } from './postback';
import { nameOf } from './sender-names';
import type { Warning } from './warning';

/** The install happened when the postback arrived, and the click when the install did, unless it says otherwise. */
@Injectable()
export class TimestampDefaultsPipe implements PipeTransform<
  Postback,
  Postback
> {
  transform(postback: Postback): Postback {
    const { install, warnings } = postback;
    const defaulted = new Set<FieldName>();
    if (install.install_timestamp === undefined) {
      install.install_timestamp = install.received_at;
      defaulted.add('install_timestamp');
    }
    // A time that could not be read has a fault of its own, and gives none to the click.
    if (
      install.click_timestamp === undefined &&
      install.install_timestamp instanceof Date
    ) {
      install.click_timestamp = install.install_timestamp;
      defaulted.add('click_timestamp');
    }
    return {
      ...postback,
      defaulted,
      warnings: isClickLater(install)
        ? [...warnings, clickAfterInstall(postback)]
        : warnings,
    };
  }
}

function clickAfterInstall(postback: Postback): Warning {
  const click = nameOf(postback, 'click_timestamp');
  return {
    field: click,
    code: 'click_after_install',
    message: `${click} is later than ${nameOf(postback, 'install_timestamp')}; both were stored`,
  };
}

function isClickLater({
  click_timestamp: click,
  install_timestamp: install,
}: Postback['install']): boolean {
  return click instanceof Date && install instanceof Date && click > install;
}
