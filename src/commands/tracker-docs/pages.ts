import {
  describeFields,
  describeMessage,
  messageUrl,
  postbackUrl,
  type TrackerAdapter,
} from '@app/trackers';
import { ingestPathOf } from '../../http/ingest-path';
import type { Sample } from './sample';

const ORIGIN = 'https://HOST';
/** The trackers whose samples the overview contains. */
const IN_OVERVIEW = ['appsflyer', 'branch', 'singular', 'adjust'];

export interface DocumentedTracker {
  readonly tracker: TrackerAdapter;
  /** Absent if the tracker sends no messages in its own field names. */
  readonly sample?: Sample;
}

/** The overview, in Markdown. */
export function overviewPage(documented: readonly DocumentedTracker[]): string {
  return `# Trackers

Each tracker has a URL that you paste into its settings. Some trackers also have a path for messages in their own field names. This path returns \`ignored\` for messages that are not installs, and errors use the tracker's field names. \`GET /v1/trackers/{tracker}\` returns both URLs for your host; if you send your API key, the URLs contain it. \`npm run --silent tracker:url -- adjust --host https://postback.example.com\` prints one URL. If a tracker has both, use the URL for its own messages. Do not mix the two: duplicates are recognised within one URL only. Replace texts such as \`__PUBLISHER_NAME__\` in a URL.

\`npm run tracker:docs\` writes these pages: it sends each sample to a running service. To add a tracker you need one adapter and one fixture: [adding a tracker](adding-a-tracker.md).

| tracker | own messages | timeout | retries |
| --- | --- | --- | --- |
${documented
  .map(
    ({ tracker: { name, title, facts, message } }) =>
      `| [${title}](trackers/${name}.md) | ${message ? `\`${ingestPathOf(name)}\`` : '–'} | ${facts.timeout} | ${facts.retries} |`,
  )
  .join('\n')}

${documented
  .filter(({ tracker }) => IN_OVERVIEW.includes(tracker.name))
  .map(
    ({ tracker: { title }, sample }) =>
      `## ${title}: sample\n\n${sampleText(sample!)}`,
  )
  .join('\n')}`;
}

/** The page of one tracker, in Markdown; written from its declaration and the result of its example. */
export function trackerPage({ tracker, sample }: DocumentedTracker): string {
  const { title, documentation, facts, gotchas } = tracker;
  const own = messageUrl(tracker, { origin: ORIGIN });
  return `# ${title}

[Documentation of the vendor](${documentation}) · [all trackers](../trackers.md)

| | |
| --- | --- |
| method | ${facts.transport} |
| retries | ${facts.retries} |
| timeout | ${facts.timeout} |
| format of times | ${facts.time} |
| missing values | ${facts.missing} |
| identifier of an install | ${facts.installId} |

${gotchas.map((each) => `- ${each}`).join('\n')}

${own === undefined ? '' : `## Own messages\n\n\`\`\`\n${own}\n\`\`\`\n\n${decidingNames(tracker)}\n`}
## Postback URL

\`\`\`
${postbackUrl(tracker, { origin: ORIGIN })}
\`\`\`

## Fields

| canonical field | in messages | macro |
| --- | --- | --- |
${describeFields(tracker)
  .map(
    ({ field, names, macro }) =>
      `| \`${field}\` | ${names.map(code).join(', ')} | ${macro === undefined ? '' : code(macro)} |`,
  )
  .join('\n')}

${sample === undefined ? '' : `## Sample\n\n${sampleText(sample)}`}`;
}

/** The names in a message that decide something, such as whether it is an install. */
function decidingNames(tracker: TrackerAdapter): string {
  return describeMessage(tracker)
    .flatMap(({ name, shows }) =>
      shows.map((each) => `- ${code(name)} shows ${each}.`),
    )
    .join('\n');
}

function sampleText({ curl, answer, row }: Sample): string {
  return `\`\`\`sh
${curl}
\`\`\`

Response:

\`\`\`json
${JSON.stringify(answer)}
\`\`\`

Stored, in addition to \`install_id\` and \`received_at\` (fields that are not listed are null):

\`\`\`json
${JSON.stringify(row)}
\`\`\`
`;
}

const code = (text: string) => `\`${text}\``;
