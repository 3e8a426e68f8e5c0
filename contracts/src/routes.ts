import { z } from 'zod';
import * as administration from './administration.ts';
import { Id, type Role } from './codes.ts';
import * as exchange from './exchange.ts';
import * as households from './households.ts';
import * as intake from './intake.ts';
import * as leads from './leads.ts';
import * as linkage from './linkage.ts';
import * as month from './month.ts';
import * as policies from './policies.ts';
import * as quality from './quality.ts';
import * as requests from './requests.ts';
import * as session from './session.ts';
import * as simulation from './simulation.ts';

const desk: Role[] = ['village', 'township', 'county', 'supervisor', 'auditor'];
const work: Role[] = ['village', 'township', 'county'];
/** Whose row it is, is decided in the offices, not at the doorstep. */
const bureau: Role[] = ['township', 'county'];
/** Who weighs a change of the rules: the county's own bureau, and those above it. */
const simulators: Role[] = ['county', 'supervisor'];
const anyone: Role[] = [...desk, 'system-administrator', 'security-administrator', 'audit-administrator'];

/** Who watches what departments send: the county's data officer, and those who look over it. */
const dataOffice: Role[] = ['county', 'supervisor', 'auditor'];

/** Who takes files in and answers for their rows. */
const county: Role[] = ['county'];

/** The one visible list of routes: who may call (the database holds sight apart from this), what goes in, what comes out. */
export const routes = {
  'GET /api/me': { roles: anyone, response: session.Me },
  'GET /api/divisions': { roles: anyone, response: session.DivisionsResponse },
  'GET /api/month': { roles: desk, query: month.MonthQuery, response: month.Month },
  'GET /api/feeds/:feed/:period/quarantine': {
    roles: ['county', 'supervisor', 'auditor'] as Role[],
    params: z.object({ feed: z.string(), period: z.string() }),
    query: month.QuarantineQuery,
    response: month.QuarantineResponse,
  },
  'POST /api/feeds/:feed/:period/quarantine/template': {
    roles: county,
    params: intake.QuarantineOf,
    response: intake.CorrectedTemplate,
  },
  'POST /api/feeds/:feed/:period/quarantine/corrections': {
    roles: county,
    params: intake.QuarantineOf,
    body: intake.CorrectionsBody,
    bodyBytes: 9_000_000,
    response: intake.Corrected,
  },
  'POST /api/feeds/:feed/:period/quarantine/release': {
    roles: county,
    params: intake.QuarantineOf,
    body: intake.ReleaseBody,
    response: requests.RequestAsked,
  },
  'GET /api/quarantine/:id': { roles: county, params: z.object({ id: Id }), response: intake.QuarantineDetail },
  'POST /api/quarantine/:id/correction': {
    roles: county,
    params: z.object({ id: Id }),
    body: intake.CorrectionBody,
    response: intake.QuarantineDetail,
  },
  'POST /api/quarantine/discard': { roles: county, body: intake.DiscardBody, response: intake.Discarded },
  'POST /api/uploads': { roles: county, body: intake.UploadBody, response: intake.Upload },
  'POST /api/uploads/:id/parts/:part': {
    roles: county,
    params: intake.UploadPartOf,
    body: intake.UploadPartBody,
    bodyBytes: 6_000_000,
    response: intake.UploadPart,
  },
  'POST /api/uploads/:id/preview': { roles: county, params: z.object({ id: Id }), response: requests.RequestAsked },
  'POST /api/uploads/:id/take': { roles: county, params: z.object({ id: Id }), response: requests.RequestAsked },
  'GET /api/intake/requests/:id': { roles: county, params: z.object({ id: Id }), response: intake.IntakeRequest },
  'GET /api/departments': {
    roles: dataOffice,
    query: quality.DepartmentsQuery,
    response: quality.DepartmentsResponse,
  },
  'GET /api/quality': { roles: dataOffice, query: quality.QualityQuery, response: quality.QualityReport },
  'GET /api/quality/document': { roles: dataOffice, query: quality.QualityQuery, response: quality.QualityDocument },
  'POST /api/deliveries/:id/acceptance': {
    roles: ['county'] as Role[],
    params: z.object({ id: Id }),
    body: quality.AcceptanceBody,
    response: z.object({ deliveryId: Id }),
  },
  'POST /api/sharing': {
    roles: ['county'] as Role[],
    body: exchange.SharingRequestBody,
    response: exchange.SharingRequest,
  },
  'POST /api/sharing/:id/events': {
    roles: ['county'] as Role[],
    params: z.object({ id: Id }),
    body: exchange.SharingEventBody,
    response: exchange.SharingRequest,
  },
  'POST /api/leads/search': { roles: desk, body: leads.LeadsSearch, response: leads.LeadsResponse },
  'GET /api/leads/:id': { roles: desk, params: z.object({ id: Id }), response: leads.LeadDetail },
  'POST /api/leads/:id/verification': {
    roles: work,
    params: z.object({ id: Id }),
    body: leads.VerificationBody,
    response: leads.LeadDetail,
  },
  'GET /api/evidence/:id': { roles: desk, params: z.object({ id: Id }), response: leads.DeliveredRow },
  'POST /api/households/search': {
    roles: desk,
    body: households.HouseholdSearchBody,
    response: households.HouseholdSearchResponse,
  },
  'GET /api/households/:id': { roles: desk, params: z.object({ id: Id }), response: households.Portrait },
  'POST /api/households/:id/unmask': {
    roles: desk,
    params: z.object({ id: Id }),
    body: households.UnmaskBody,
    response: households.UnmaskResponse,
  },
  'GET /api/policies/sources': { roles: desk, response: policies.PolicySources },
  'GET /api/policies/coverage': { roles: desk, response: policies.Coverage },
  'GET /api/policies/:programme/households': {
    roles: desk,
    params: z.object({ programme: z.string().regex(/^[a-z][a-z0-9-]{1,60}$/) }),
    query: policies.CoveredQuery,
    response: policies.CoveredResponse,
  },
  'POST /api/decisions/:id/trace': { roles: desk, params: z.object({ id: Id }), response: requests.RequestAsked },
  'GET /api/traces/:id': { roles: desk, params: z.object({ id: Id }), response: policies.TraceRequest },
  'GET /api/simulations': { roles: simulators, response: simulation.SimulationsResponse },
  'POST /api/simulations': { roles: simulators, body: simulation.SimulationBody, response: requests.RequestAsked },
  'GET /api/simulations/:id': {
    roles: simulators,
    params: z.object({ id: Id }),
    response: simulation.Simulation,
  },
  'GET /api/simulations/:id/changes': {
    roles: simulators,
    params: z.object({ id: Id }),
    query: simulation.SimulationChangesQuery,
    response: simulation.SimulationChangesResponse,
  },
  'GET /api/simulations/:id/export': {
    roles: simulators,
    params: z.object({ id: Id }),
    response: simulation.SimulationExport,
  },
  'GET /api/requests/:id': { roles: desk, params: z.object({ id: Id }), response: requests.RequestStatus },
  'GET /api/links': { roles: desk, query: linkage.LinksQuery, response: linkage.LinksResponse },
  'GET /api/links/:id': { roles: desk, params: z.object({ id: Id }), response: linkage.LinkDetail },
  'POST /api/links/:id/decision': {
    roles: bureau,
    params: z.object({ id: Id }),
    body: linkage.LinkDecisionBody,
    response: linkage.LinkDecisionResponse,
  },
  'POST /api/links/:id/undo': {
    roles: bureau,
    params: z.object({ id: Id }),
    body: linkage.LinkReason,
    response: linkage.LinkUndoResponse,
  },
  'POST /api/links/:id/unmask': {
    roles: desk,
    params: z.object({ id: Id }),
    body: linkage.LinkReason,
    response: linkage.LinkUnmasked,
  },
  'GET /api/conflicts': { roles: desk, query: linkage.ConflictsQuery, response: linkage.ConflictsResponse },
  'POST /api/conflicts/:id/close': {
    roles: bureau,
    params: z.object({ id: Id }),
    body: linkage.LinkReason,
    response: linkage.ConflictRow,
  },
  'GET /api/audit': {
    roles: ['audit-administrator', 'auditor'] as Role[],
    query: administration.AuditQuery,
    response: administration.AuditResponse,
  },
  'GET /api/users': {
    roles: ['system-administrator', 'security-administrator'] as Role[],
    response: administration.UsersResponse,
  },
  'POST /api/users': {
    roles: ['system-administrator'] as Role[],
    body: administration.CreateUserBody,
    response: administration.UserRow,
  },
  'POST /api/users/:id/grant': {
    roles: ['security-administrator'] as Role[],
    params: z.object({ id: Id }),
    body: administration.GrantBody,
    response: administration.UserRow,
  },
  'GET /api/mandates': {
    roles: ['security-administrator', 'auditor', 'audit-administrator'] as Role[],
    response: administration.MandatesResponse,
  },
  'POST /api/mandates': {
    roles: ['security-administrator'] as Role[],
    body: administration.MandateBody,
    response: administration.MandateRow,
  },
} as const;

export type Routes = typeof routes;
export type RouteKey = keyof Routes;
