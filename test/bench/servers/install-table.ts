/** The columns of `install` that a sender fills, as in the migrations. */
export const FIELD_TYPES = {
  install_timestamp: 'timestamptz',
  click_timestamp: 'timestamptz',
  publisher_name: 'text',
  campaign_name: 'text',
  campaign_id: 'text',
  country_code: 'text',
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
  event_name: 'text',
  cost: 'numeric',
  id: 'text',
  ios_ifa: 'uuid',
  ios_ifv: 'uuid',
  os_id: 'text',
  google_aid: 'uuid',
  windows_aid: 'uuid',
  user_id: 'text',
} as const;

export type FieldName = keyof typeof FIELD_TYPES;
export const FIELDS = Object.keys(FIELD_TYPES) as FieldName[];

/** The fields of a postback, as they were sent. */
export type Fields = Partial<Record<FieldName, string | number>>;

export const INGEST = '/track/install/v1/custom';
export const PROJECT_ID = 1;
export const TRACKER = 'custom';

/** Names the install that is there already. */
export const FIND_FIRST = `select install_id, received_at from install
where project_id = ${PROJECT_ID} and tracker = '${TRACKER}' and id = $1`;

export interface First {
  readonly install_id: string;
  readonly received_at: Date;
}

/** What is answered. */
export interface Result {
  readonly status: 'created' | 'duplicate';
  readonly install_id: string;
  readonly received_at: string | Date;
  readonly warnings: readonly string[];
}
