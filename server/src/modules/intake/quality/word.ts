import type { QualityReport, ReportTemplate } from './report.ts';

/**
 * The report as a Word document. The library is loaded with the first document and not with the door: every command and
 * every start of the desk would wait a seventh of a second for it.
 */
export async function qualityDocument(report: QualityReport, template: ReportTemplate): Promise<Buffer> {
  const writer = await import('./document.ts');
  return writer.qualityDocument(report, template);
}
