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
/** Those whose samples the overview shows. */
const SHOWN = ['appsflyer', 'branch', 'singular', 'adjust'];

export interface DocumentedTracker {
  readonly tracker: TrackerAdapter;
  /** Absent where the tracker has no message of its own. */
  readonly sample?: Sample;
}

/** The overview, in Markdown. */
export function overviewPage(documented: readonly DocumentedTracker[]): string {
  return `# Trackers

For each tracker there is a URL to paste into its settings; those with a message of their own have an address that takes it as it is, answers \`ignored\` to what is no install, and tells faults in the tracker's own names. \`GET /v1/trackers/{tracker}\` gives both URLs for your host, with your key where you call it with that key; \`npm run --silent tracker:url -- adjust --host https://postback.example.com\` prints one. Where a tracker has both, paste the one for its own message. Choose one and stay with it: repeats are recognised within one address only. A text such as \`__PUBLISHER_NAME__\` in a URL is yours to replace.

These pages are written by \`npm run tracker:docs\`, which sends every sample to a real service. [Adding a tracker](adding-a-tracker.md) takes one file and one fixture.

| tracker | own message | waits | repeats |
| --- | --- | --- | --- |
${documented
  .map(
    ({ tracker: { name, title, facts, message } }) =>
      `| [${title}](trackers/${name}.md) | ${message ? `\`${ingestPathOf(name)}\`` : '–'} | ${facts.timeout} | ${facts.retries} |`,
  )
  .join('\n')}

${documented
  .filter(({ tracker }) => SHOWN.includes(tracker.name))
  .map(
    ({ tracker: { title }, sample }) =>
      `## ${title}: sent and stored\n\n${sampleText(sample!)}`,
  )
  .join('\n')}`;
}

/** The page of one tracker, in Markdown; all of it comes from its declaration and from what became of its example. */
export function trackerPage({ tracker, sample }: DocumentedTracker): string {
  const { title, documentation, facts, gotchas } = tracker;
  const own = messageUrl(tracker, { origin: ORIGIN });
  return `# ${title}

[The vendor's document](${documentation}) · [all trackers](../trackers.md)

| | |
| --- | --- |
| how it sends | ${facts.transport} |
| what it sends again | ${facts.retries} |
| how long it waits | ${facts.timeout} |
| times | ${facts.time} |
| what is not there | ${facts.missing} |
| what tells one install from another | ${facts.installId} |

${gotchas.map((each) => `- ${each}`).join('\n')}

${own === undefined ? '' : `## Its own message\n\n\`\`\`\n${own}\n\`\`\`\n\n${tellingNames(tracker)}\n`}
## Postback URL

\`\`\`
${postbackUrl(tracker, { origin: ORIGIN })}
\`\`\`

## Fields

| our field | in its message | macro |
| --- | --- | --- |
${describeFields(tracker)
  .map(
    ({ field, names, macro }) =>
      `| \`${field}\` | ${names.map(code).join(', ')} | ${macro === undefined ? '' : code(macro)} |`,
  )
  .join('\n')}

${sample === undefined ? '' : `## Sample\n\n${sampleText(sample)}`}`;
}

/** The names of a message that are no fields. */
function tellingNames(tracker: TrackerAdapter): string {
  return describeMessage(tracker)
    .flatMap(({ name, tells }) =>
      tells.map((each) => `- ${code(name)} tells ${each}.`),
    )
    .join('\n');
}

function sampleText({ curl, answer, row }: Sample): string {
  return `\`\`\`sh
${curl}
\`\`\`

Answered:

\`\`\`json
${JSON.stringify(answer)}
\`\`\`

Stored, besides \`install_id\` and \`received_at\`; what is not there is null:

\`\`\`json
${JSON.stringify(row)}
\`\`\`
`;
}

const code = (text: string) => `\`${text}\``;
