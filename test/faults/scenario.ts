import type { Lab } from './lab';

/** What a scenario found, by name: for the report. */
export type Figures = Record<string, number | string>;

/** A fault, brought about on purpose. */
export interface Scenario {
  /** Its number in the list of faults, such as `R1`. */
  readonly fault: string;
  readonly title: string;
  /** It compares times, which a pause of the machine may spoil: the short form tries it a second time before it fails. */
  readonly comparesTimes?: boolean;
  /** Throws `Broken` when a promise was, and `Impossible` where this machine does not allow to try. */
  readonly run: (lab: Lab) => Promise<Figures>;
}
