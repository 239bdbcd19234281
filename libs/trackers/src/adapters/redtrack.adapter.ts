import { braces } from '../macros';
import type { TrackerAdapter } from '../tracker-adapter';

/** The postback to a traffic channel. */
export const redtrack: TrackerAdapter = {
  name: 'redtrack',
  title: 'RedTrack',
  documentation:
    'https://help.redtrack.io/knowledgebase/kb/basic-setup-9785/supported-dynamic-parameters/',
  facts: {
    transport:
      'A URL by a template, in the settings of a traffic channel; the method is not documented.',
    retries: 'Not documented.',
    timeout: 'Not documented.',
    time: 'Not documented.',
    missing: 'Not documented.',
    installId: '`clickid`, which is of the click.',
  },
  gotchas: [
    'It carries no device identifier: user_id comes from sub2, so the link must carry your identifier of the user there. Where another sub parameter holds it, change the number.',
    'No macro for the name of the channel is documented: write publisher_name in the postback of each channel.',
    's_publisher comes from sub1: name it in `?fields=`, with the other fields that you want, if your channel keeps its sub-publisher there.',
    'No macro for a time, a campaign or a cost is documented: the time of arrival is stored.',
    'Check that {clickid} is filled in where you paste the URL: left as it is, it gives a warning and retries are not recognised.',
    'A second conversion of the same click has the same id and returns `duplicate`.',
  ],
  macro: braces,
  fields: {
    id: { macro: 'clickid' },
    publisher_name: { written: 'the name of the partner' },
    country_code: { macro: 'country' },
    s_publisher: { macro: 'sub1', optional: true },
    user_id: { macro: 'sub2' },
  },
};
