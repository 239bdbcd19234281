import { braces } from '../macros';
import type { TrackerAdapter } from '../tracker-adapter';

export const appmetrica: TrackerAdapter = {
  name: 'appmetrica',
  title: 'AppMetrica',
  documentation:
    'https://appmetrica.yandex.com/docs/en/mobile-tracking/postback-specification',
  facts: {
    transport:
      'A GET or a POST from templates for the URL and the body, about 5 minutes after the attribution.',
    retries:
      'After every response except 200 (also after a 4xx), every 3 to 10 minutes for 24 hours.',
    timeout: '5 seconds.',
    time: 'Unix seconds in *_timestamp, RFC 3339 in *_datetime.',
    missing: 'An empty value; zeros for an advertising identifier.',
    installId: '`transaction_id`, one for each install.',
  },
  gotchas: [
    'AppMetrica sends a rejected postback some hundred times. It can export our responses: read the errors there.',
    'No macro contains the partner: write publisher_name into the postback of each tracker in AppMetrica.',
    'c_name and c_id are your own parameters: the tracking link must contain them.',
    'In a postback for unattributed users, leave out publisher_name. Without it and without a click, the publisher is stored as `organic`.',
    'No country and no cost is documented: price and currency are revenue.',
    'In a query, use *_timestamp instead of *_datetime.',
    'os_id is read from appmetrica_device_id, so that installs without an advertising identifier can be distinguished.',
  ],
  macro: braces,
  fields: {
    id: 'transaction_id',
    install_timestamp: {
      from: ['install_timestamp', 'install_datetime'],
      macro: 'install_timestamp',
    },
    click_timestamp: {
      from: ['click_timestamp', 'click_datetime'],
      macro: 'click_timestamp',
    },
    publisher_name: { written: 'the name of the partner' },
    campaign_name: 'c_name',
    campaign_id: 'c_id',
    device_model: 'device_model',
    device_brand: 'device_manufacturer',
    ios_ifa: 'ios_ifa',
    ios_ifv: 'ios_ifv',
    google_aid: 'google_aid',
    windows_aid: 'windows_aid',
    os_id: {
      from: ['appmetrica_device_id', 'oaid'],
      macro: 'appmetrica_device_id',
    },
    user_id: 'profile_id',
  },
  message: {
    pushed: false,
    installs: [{ name: 'event_name', is: ['install'], absent: 'holds' }],
    organic: {
      name: ['click_timestamp', 'click_datetime'],
      is: [],
      absent: 'holds',
    },
    example: {
      event_name: 'install',
      transaction_id: '12345678901234567890',
      install_timestamp: '1714979289',
      click_timestamp: '1714978200',
      publisher_name: 'VK Ads',
      c_name: 'spring',
      c_id: '77',
      device_model: 'Galaxy S6',
      device_manufacturer: 'Samsung',
      ios_ifa: '',
      google_aid: '38400000-8cf0-11bd-b23e-10b96e40000d',
      appmetrica_device_id: '9876543210987654321',
      profile_id: 'u-1001',
    },
  },
};
