/**
 * Examines a provider with a few requests. Start reading at {@link
 * dev.embedctl.doctor.Examination}, which sends them; {@link dev.embedctl.doctor.Diagnosis} holds
 * the conclusions.
 *
 * <p>An examination calls its provider itself instead of through {@code EmbeddingService}: it needs
 * each call unretried. Retries, pace and cache would hide the raw answer that it is about.
 */
package dev.embedctl.doctor;
