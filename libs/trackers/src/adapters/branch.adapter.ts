import type { TrackerAdapter } from '../tracker-adapter';

const TOUCH = 'last_attributed_touch_data';

export const branch: TrackerAdapter = {
  name: 'branch',
  title: 'Branch',
  documentation:
    'https://help.branch.io/developer-hub/docs/data-integration-webhooks-for-developers',
  facts: {
    transport:
      'A webhook: a POST of nested JSON, or a GET from a Freemarker template.',
    retries:
      'Only after a timeout: once, immediately. A response with an error status, also 5xx, counts as delivered.',
    timeout: '2 seconds.',
    time: 'Unix milliseconds; +click_timestamp in the touch data is in seconds.',
    missing:
      'The object or the member is missing. In a template with ! the value is empty. The texts null, true and false occur, and zeros for an identifier of a user who has not consented.',
    installId: '`id` of the event.',
  },
  gotchas: [
    'Branch does not send a rejected message again: it retries only after a timeout. Check the first messages.',
    'Set the filter to install. Other events, such as reinstall and open, return `ignored`.',
    'An organic install has no touch data: its publisher is stored as `organic`.',
    'An attributed install that has neither a partner nor a channel is rejected.',
    'The touch can be later than the install. Both times are stored, with a warning.',
    'No cost is documented.',
    'Whether the values in a GET are percent-encoded is not documented: prefer the POST.',
  ],
  macro: (name) => `\${(${name})!}`,
  fields: {
    event_name: 'name',
    id: 'id',
    install_timestamp: { from: 'timestamp', macro: 'event_timestamp' },
    click_timestamp: {
      from: ['last_attributed_touch_timestamp', `${TOUCH}.+click_timestamp`],
      macro: 'last_attributed_touch_timestamp',
    },
    publisher_name: {
      from: [`${TOUCH}.~advertising_partner_name`, `${TOUCH}.~channel`],
      macro: `${TOUCH}.~advertising_partner_name`,
    },
    campaign_name: `${TOUCH}.~campaign`,
    campaign_id: `${TOUCH}.~campaign_id`,
    country_code: {
      from: ['user_data.geo_country_code', 'user_data.country'],
      macro: 'user_data.geo_country_code',
    },
    s_publisher_name: `${TOUCH}.~secondary_publisher`,
    s_publisher: `${TOUCH}.~secondary_publisher_id`,
    s_campaign_name: `${TOUCH}.~customer_campaign`,
    s_site_name: `${TOUCH}.~sub_site_name`,
    s_adgroup_name: `${TOUCH}.~ad_set_name`,
    s_adgroup: `${TOUCH}.~ad_set_id`,
    s_ad_name: {
      from: [`${TOUCH}.~ad_name`, `${TOUCH}.~creative_name`],
      macro: `${TOUCH}.~ad_name`,
    },
    s_ad: {
      from: [`${TOUCH}.~ad_id`, `${TOUCH}.~creative_id`],
      macro: `${TOUCH}.~ad_id`,
    },
    s_keyword_name: `${TOUCH}.~keyword`,
    s_placement_name: `${TOUCH}.~placement`,
    device_model: 'user_data.model',
    device_brand: 'user_data.brand',
    ios_ifa: 'user_data.idfa',
    ios_ifv: 'user_data.idfv',
    google_aid: 'user_data.aaid',
    windows_aid: 'user_data.windows_aid',
    os_id: {
      from: ['user_data.android_id', 'user_data.kindle_aid'],
      macro: 'user_data.android_id',
    },
    user_id: 'user_data.developer_identity',
  },
  message: {
    pushed: true,
    installs: [{ name: 'name', is: ['install'], absent: 'refused' }],
    organic: {
      name: ['attributed', TOUCH, 'last_attributed_touch_timestamp'],
      is: ['false'],
      absent: 'holds',
    },
    example: {
      id: '635390319521351354',
      name: 'INSTALL',
      timestamp: 1714979289123,
      attributed: true,
      last_attributed_touch_type: 'CLICK',
      last_attributed_touch_timestamp: 1714978200000,
      [TOUCH]: {
        '~advertising_partner_name': 'Facebook',
        '~channel': 'Facebook',
        '~campaign': 'Spring Sale #1',
        '~campaign_id': '8801',
        '~ad_set_name': 'Open',
        '~ad_set_id': '2384',
        '~ad_name': 'beach',
        '~ad_id': '9902',
        '+click_timestamp': 1714978200,
      },
      user_data: {
        os: 'ANDROID',
        aaid: '38400000-8cf0-11bd-b23e-10b96e40000d',
        brand: 'vivo',
        model: 'vivo 1804',
        geo_country_code: 'IN',
        limit_ad_tracking: false,
        developer_identity: 'u-1001',
      },
    },
  },
};
