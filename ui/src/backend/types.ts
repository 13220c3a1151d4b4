/** The shapes that cross between the screens and Rust, under one roof; the files beside are written by `cargo test`. */
export type { Act } from './types/Act';
export type { AddressView } from './types/AddressView';
export type { AppView } from './types/AppView';
export type { Asked } from './types/Asked';
export type { AttendeeAnswer } from './types/AttendeeAnswer';
export type { AttendeeTexts } from './types/AttendeeTexts';
export type { AttendeeView } from './types/AttendeeView';
export type { Basis } from './types/Basis';
export type { BoxText } from './types/BoxText';
export type { BoxRef } from './types/BoxRef';
export type { CardAdvice } from './types/CardAdvice';
export type { CardChoice } from './types/CardChoice';
export type { CardModelsView } from './types/CardModelsView';
export type { CardView } from './types/CardView';
export type { Channel } from './types/Channel';
export type { Counts } from './types/Counts';
export type { ClosingView } from './types/ClosingView';
export type { CrmState } from './types/CrmState';
export type { CrmView } from './types/CrmView';
export type { DecisionView } from './types/DecisionView';
export type { Doubt } from './types/Doubt';
export type { DraftView } from './types/DraftView';
export type { Dropped } from './types/Dropped';
export type { ErrorView } from './types/ErrorView';
export type { EventRow } from './types/EventRow';
export type { EventView } from './types/EventView';
export type { Extra } from './types/Extra';
export type { Field } from './types/Field';
export type { FieldEdit } from './types/FieldEdit';
export type { FieldValue } from './types/FieldValue';
export type { FieldView } from './types/FieldView';
export type { Finding } from './types/Finding';
export type { FollowUp } from './types/FollowUp';
export type { HandOver } from './types/HandOver';
export type { Keep } from './types/Keep';
export type { Kind } from './types/Kind';
export type { Language } from './types/Language';
export type { LeadEdit } from './types/LeadEdit';
export type { LeadFieldView } from './types/LeadFieldView';
export type { LeadId } from './types/LeadId';
export type { LeadPage } from './types/LeadPage';
export type { LeadPlace } from './types/LeadPlace';
export type { LeadRow } from './types/LeadRow';
export type { LeadView } from './types/LeadView';
export type { LeftView } from './types/LeftView';
export type { Cover as ListCover } from './types/Cover';
export type { ListCounts } from './types/ListCounts';
export type { ListImport } from './types/ListImport';
export type { ListPreview } from './types/ListPreview';
export type { ListRow } from './types/ListRow';
export type { ListView } from './types/ListView';
export type { Outcome as ListOutcome } from './types/Outcome';
export type { Statement as ListStatement } from './types/Statement';
export type { Tool as ListTool } from './types/Tool';
export type { Lint } from './types/Lint';
export type { LookupView } from './types/LookupView';
export type { MovedIn } from './types/MovedIn';
export type { NoticeItem } from './types/NoticeItem';
export type { NoticeText } from './types/NoticeText';
export type { OverviewView } from './types/OverviewView';
export type { PersonRef } from './types/PersonRef';
export type { PersonView } from './types/PersonView';
export type { Phase } from './types/Phase';
export type { ProfileView } from './types/ProfileView';
export type { Promise as LeadPromise } from './types/Promise';
export type { PurposeView } from './types/PurposeView';
export type { Rating } from './types/Rating';
export type { Reason } from './types/Reason';
export type { DeviceCount } from './types/DeviceCount';
export type { OverviewPart } from './types/OverviewPart';
export type { OverviewPick } from './types/OverviewPick';
export type { PromiseCount } from './types/PromiseCount';
export type { SameView } from './types/SameView';
export type { ScanView } from './types/ScanView';
export type { ScannerView } from './types/ScannerView';
export type { Seal } from './types/Seal';
export type { Source } from './types/Source';
export type { SideView } from './types/SideView';
export type { SignInAsks } from './types/SignInAsks';
export type { StatementText } from './types/StatementText';
export type { SyncRow } from './types/SyncRow';
export type { SyncView } from './types/SyncView';
export type { TestView } from './types/TestView';
export type { QrView } from './types/QrView';
export type { ReceiptView } from './types/ReceiptView';
export type { ThanksView } from './types/ThanksView';
export type { TimelineView } from './types/TimelineView';
export type { Taken } from './types/Taken';
export type { Typing } from './types/Typing';

import type { Reason } from './types/Reason';
import type { ScanView } from './types/ScanView';

/** A read that stands on the screen until it is handed over or discarded. */
export type Read = Exclude<ScanView, { outcome: 'nothing' | 'card' }>;

/** Which of the leads a chip shows. */
export type LeadFilter = 'today' | 'promises' | 'waiting' | 'needs_person';

/** What the list is asked for. */
export interface LeadQuery {
  text: string;
  filter: LeadFilter | null;
}
