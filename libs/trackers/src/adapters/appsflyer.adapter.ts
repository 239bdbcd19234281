import { braces } from '../macros';
import type { TrackerAdapter } from '../tracker-adapter';

/** Newer messages have the brand before the model: `xiaomi::Redmi Note 8T`. */
const SEPARATOR = '::';

const brandOf = (text: string) =>
  text.includes(SEPARATOR) ? text.split(SEPARATOR, 1)[0] : undefined;

const modelOf = (text: string) =>
  text.includes(SEPARATOR)
    ? text.slice(text.indexOf(SEPARATOR) + SEPARATOR.length)
    : text;

/** Push API V2; the macros are those of partner postbacks. */
export const appsflyer: TrackerAdapter = {
  name: 'appsflyer',
  title: 'AppsFlyer',
  documentation:
    'https://support.appsflyer.com/hc/en-us/articles/207034356-Push-API',
  facts: {
    transport:
      'The Push API sends a POST of flat JSON, or a GET with the same names in the query. Partner postbacks are GETs from a URL template.',
    retries:
      'Push API: not documented; expect one attempt. Partner postbacks: after a 5xx, four retries, 15 minutes apart, if AppsFlyer has enabled them.',
    timeout: 'Not documented.',
    time: 'UTC without a zone, with milliseconds. The fields of the selected time zone have an offset such as +0000.',
    missing:
      'The member is missing; older messages have null or an empty text. Identifiers of users who have not consented are zeros.',
    installId:
      '`appsflyer_id`, which in-app events of the same install also contain.',
  },
  gotchas: [
    'Choose only the message type install for the endpoint, and include event_name in the fields: a message without it is rejected.',
    'Reinstalls, re-attributions and in-app events return `ignored` and are not stored.',
    'A cost is stored only if af_cost_currency, or selected_currency, is USD; af_cost_model is ignored.',
    'The postback URL is for partner postbacks. Set it up for installs only, because its event name is always install. Some forms of AppsFlyer need the macros in round brackets. If such a macro in a text field is not filled in, it is stored as text.',
    'media_source is `restricted` if a network does not allow AppsFlyer to share it.',
    'The query of a GET is limited to 8 KiB, and the JSON to 100 keys: deselect the fields that you do not need.',
  ],
  macro: braces,
  fields: {
    id: 'appsflyer_id',
    install_timestamp: {
      from: ['install_time', 'install_time_selected_timezone'],
      macro: 'install-unix-ts',
    },
    click_timestamp: {
      from: ['attributed_touch_time', 'gp_click_time'],
      macro: 'click-ts',
    },
    publisher_name: { from: 'media_source', macro: 'promoter-id' },
    campaign_name: 'campaign',
    campaign_id: 'af_c_id',
    country_code: 'country_code',
    s_publisher_name: { from: 'af_channel' },
    s_publisher: { from: 'af_prt' },
    s_site: 'af_siteid',
    s_site_name: 'af_sub_siteid',
    s_adgroup_name: 'af_adset',
    s_adgroup: 'af_adset_id',
    s_ad_name: 'af_ad',
    s_ad: 'af_ad_id',
    s_keyword_name: { from: 'af_keywords' },
    device_model: {
      from: [{ name: 'device_model', part: modelOf }, 'device_type'],
    },
    device_brand: { from: { name: 'device_model', part: brandOf } },
    ios_ifa: 'idfa',
    ios_ifv: { from: 'idfv', macro: 'vendorId' },
    google_aid: { from: 'advertising_id', macro: 'advertiserId' },
    os_id: {
      from: ['android_id', 'oaid', 'amazon_aid'],
      macro: 'android_id',
    },
    user_id: { from: 'customer_user_id', macro: 'custom-user-id' },
  },
  message: {
    pushed: true,
    installs: [
      { name: 'event_name', is: ['install'], absent: 'refused' },
      { name: 'conversion_type', is: ['install'], absent: 'holds' },
    ],
    costs: [
      { amount: 'af_cost_value', currency: 'af_cost_currency' },
      { amount: 'cost_in_selected_currency', currency: 'selected_currency' },
    ],
    example: {
      api_version: '2.0',
      event_name: 'install',
      event_time: '2024-05-06 07:08:09.123',
      conversion_type: 'install',
      campaign_type: 'ua',
      install_time: '2024-05-06 07:08:09.123',
      attributed_touch_time: '2024-05-06 06:50:00.000',
      attributed_touch_type: 'click',
      media_source: 'Facebook Ads',
      af_channel: 'Facebook',
      campaign: 'T2_Purchases&Manual 04.10',
      af_c_id: '23850000000000001',
      af_adset: 'AdSet 1',
      af_adset_id: '23850000000000002',
      af_ad: 'beach_1200x1500.jpg&v2',
      af_ad_id: '23850000000000003',
      platform: 'android',
      device_model: 'xiaomi::Redmi Note 8T',
      country_code: 'DE',
      advertising_id: '38400000-8cf0-11bd-b23e-10b96e40000d',
      appsflyer_id: '1714979000000-1234567890123456789',
      customer_user_id: 'u-1001',
      is_retargeting: 'false',
    },
  },
};
