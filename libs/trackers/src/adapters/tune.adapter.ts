import { braces } from '../macros';
import type { TrackerAdapter } from '../tracker-adapter';

/** Attribution Analytics, once MobileAppTracking; most of our fields have the names of its macros. */
export const tune: TrackerAdapter = {
  name: 'tune',
  title: 'TUNE',
  documentation:
    'https://help.tune.com/marketing-console/macros-in-postback-urls/',
  facts: {
    transport: 'A GET or a POST from a URL template.',
    retries: 'TUNE retries; when and how often is not documented.',
    timeout: 'Not documented.',
    time: 'UTC: Unix seconds in *_timestamp, Unix milliseconds in *_milliseconds, a date and time without a zone in *_datetime.',
    missing:
      'An empty value for identifiers of users in Europe; otherwise not documented.',
    installId:
      '`tracking_id`, which identifies the click. An identifier of the conversion is not documented.',
  },
  gotchas: [
    'Set up the postback for installs only: the value of {event_name} for an install is not documented.',
    'payout is the amount that the publisher is paid, always in US dollars. It is not the revenue.',
    'Macros for names contain the names in lower case, as they are in the link.',
    'Identifiers without hyphens are read; hashed identifiers are not.',
    'google_aid is documented for HasOffers; a macro for windows_aid is not confirmed.',
  ],
  macro: braces,
  fields: {
    id: 'tracking_id',
    install_timestamp: {
      from: [
        'conversion_timestamp',
        'conversion_timestamp_milliseconds',
        'conversion_datetime',
      ],
      macro: 'conversion_timestamp',
    },
    click_timestamp: {
      from: [
        'session_timestamp',
        'session_timestamp_milliseconds',
        'session_datetime',
      ],
      macro: 'session_timestamp',
    },
    publisher_name: 'publisher_name',
    campaign_name: 'campaign_name',
    campaign_id: 'campaign_id',
    country_code: 'country_code',
    s_publisher_name: 'publisher_sub_publisher_name',
    s_publisher: 'sub_publisher',
    s_campaign_name: 'publisher_sub_campaign_name',
    s_campaign: 'sub_campaign',
    s_site_name: 'publisher_sub_site_name',
    s_site: 'sub_site',
    s_adgroup_name: 'publisher_sub_adgroup_name',
    s_adgroup: 'sub_adgroup',
    s_ad_name: 'publisher_sub_ad_name',
    s_ad: 'sub_ad',
    s_keyword_name: {
      from: ['publisher_sub_keyword_name', 'sub_keyword'],
      macro: 'publisher_sub_keyword_name',
    },
    s_placement_name: {
      from: ['publisher_sub_placement_name', 'sub_placement'],
      macro: 'publisher_sub_placement_name',
    },
    device_model: 'device_model',
    device_brand: 'device_brand',
    cost: 'payout',
    ios_ifa: 'ios_ifa',
    ios_ifv: 'ios_ifv',
    google_aid: 'google_aid',
    os_id: { from: ['android_id', 'device_id', 'unid'], macro: 'android_id' },
    user_id: 'user_id',
  },
  message: {
    pushed: false,
    installs: [{ name: 'event_name', is: ['install'], absent: 'holds' }],
    example: {
      tracking_id: '4f3a5c6d7e8f90123456789012345678',
      conversion_timestamp: '1714979289',
      session_timestamp: '1714978200',
      publisher_name: 'Network1',
      campaign_name: 'spring',
      campaign_id: '12345',
      country_code: 'US',
      sub_publisher: 'pub-7',
      sub_site: 'site-3',
      device_model: 'iPhone10,1',
      device_brand: 'Apple',
      payout: '1.25',
      ios_ifa: 'AEBE52E7-03EE-455A-B3C4-E57283966239',
      ios_ifv: '0F9A1B2C-3D4E-4F50-8A6B-7C8D9E0F1A2B',
      user_id: 'u-1001',
    },
  },
};
