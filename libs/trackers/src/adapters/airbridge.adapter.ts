import { braces } from '../macros';
import type { TrackerAdapter } from '../tracker-adapter';

/** The macros are those of ad-channel postbacks; the body of an advertiser postback is not documented. */
export const airbridge: TrackerAdapter = {
  name: 'airbridge',
  title: 'Airbridge',
  documentation:
    'https://help.airbridge.io/en/guides/advertiser-postback-settings',
  facts: {
    transport:
      'A POST or a GET, only over https. Ad-channel postbacks use a URL template with dotted macros.',
    retries: 'Not documented.',
    timeout: 'Not documented.',
    time: 'Unix milliseconds in *Timestamp, Unix seconds in *InSec; the format of *Datetime is not documented.',
    missing: 'Not documented.',
    installId:
      'None is documented. Retries are recognised by all fields together.',
  },
  gotchas: [
    'Whether the body of an advertiser postback has names with dots or nested objects is not documented. The service reads both.',
    'Choose POST: a long URL may lose data.',
    'attributedClickID identifies the click and deviceUUID the device. Neither is stored as the id of an install.',
    '*Datetime is not read, because its format is not documented.',
    'No cost, campaign identifier or user identifier is documented.',
    'On request, Airbridge sends from a fixed list of addresses. Then limit the API key to these addresses.',
  ],
  macro: braces,
  fields: {
    install_timestamp: {
      from: [
        'eventTimestamp',
        'eventTimestampInSec',
        'eventData.systemInstallTimestamp',
      ],
      macro: 'eventTimestamp',
    },
    click_timestamp: 'attributionResult.attributedTimestamp',
    publisher_name: 'attributionResult.attributedChannel',
    campaign_name: 'attributionResult.attributedCampaign',
    country_code: 'device.country',
    s_publisher: 'attributionResult.attributedSubPublisher',
    s_adgroup_name: 'attributionResult.attributedAdGroup',
    s_ad_name: 'attributionResult.attributedAdCreative',
    device_model: 'device.deviceModel',
    device_brand: 'device.manufacturer',
    ios_ifa: 'device.ifa',
    ios_ifv: 'device.ifv',
    google_aid: 'device.gaid',
  },
  message: {
    pushed: false,
    installs: [{ name: 'event_name', is: ['install'], absent: 'holds' }],
    example: {
      event_name: 'install',
      eventTimestamp: '1714979289123',
      'attributionResult.attributedTimestamp': '1714978200000',
      'attributionResult.attributedChannel': 'moloco',
      'attributionResult.attributedCampaign': 'spring',
      'attributionResult.attributedSubPublisher': 'pub-7',
      'attributionResult.attributedAdGroup': 'set A',
      'attributionResult.attributedAdCreative': 'beach',
      'device.country': 'KR',
      'device.deviceModel': 'SM-G991N',
      'device.manufacturer': 'samsung',
      'device.gaid': '38400000-8cf0-11bd-b23e-10b96e40000d',
    },
  },
};
