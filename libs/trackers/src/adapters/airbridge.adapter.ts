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
      'A POST or a GET, over https only; ad-channel postbacks follow a template with dotted macros.',
    retries: 'Not documented.',
    timeout: 'Not documented.',
    time: 'Unix milliseconds in *Timestamp, Unix seconds in *InSec; the form of *Datetime is not documented.',
    missing: 'Not documented.',
    installId:
      'None is documented. Retries are recognised by all fields together.',
  },
  gotchas: [
    'How the names stand in the body of an advertiser postback is not documented: names with dots are read, and objects within objects.',
    'Choose POST: a long URL may lose data.',
    'attributedClickID is of the click and deviceUUID of the device; neither is stored as the id of an install.',
    '*Datetime is not read, because its form is not documented.',
    'No cost, campaign identifier or identifier of the user is documented.',
    'On request it sends from a fixed list of addresses; limit the API key to them.',
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
