type FieldType =
  'text' | 'keyText' | 'uuid' | 'time' | 'country' | 'usd' | 'event';

/** The fields of the contract and their types: the one copy that tests compare the code with. */
export const FIELD_TYPES = {
  publisher_name: 'text',
  install_timestamp: 'time',
  click_timestamp: 'time',
  campaign_name: 'text',
  campaign_id: 'text',
  country_code: 'country',
  s_publisher_name: 'text',
  s_publisher: 'text',
  s_campaign_name: 'text',
  s_campaign: 'text',
  s_site_name: 'text',
  s_site: 'text',
  s_adgroup_name: 'text',
  s_adgroup: 'text',
  s_ad_name: 'text',
  s_ad: 'text',
  s_keyword_name: 'text',
  s_placement_name: 'text',
  device_model: 'text',
  device_brand: 'text',
  event_name: 'event',
  cost: 'usd',
  id: 'keyText',
  ios_ifa: 'uuid',
  ios_ifv: 'uuid',
  os_id: 'keyText',
  google_aid: 'uuid',
  windows_aid: 'uuid',
  user_id: 'keyText',
} as const satisfies Record<string, FieldType>;

export type FieldName = keyof typeof FIELD_TYPES;

export const FIELDS = Object.keys(FIELD_TYPES) as FieldName[];

const ofType = (type: FieldType): string[] =>
  FIELDS.filter((name) => FIELD_TYPES[name] === type);

export const TEXT_FIELDS = ofType('text');
export const KEY_TEXT_FIELDS = ofType('keyText');
export const UUID_FIELDS = ofType('uuid');
export const TIME_FIELDS = ofType('time');

/** Every field, without a value. */
export const NO_VALUES = Object.fromEntries(
  FIELDS.map((name) => [name, null]),
) as Record<FieldName, null>;
