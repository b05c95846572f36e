/**
 * What an endpoint can do, found out by asking it for a few vectors. Start reading at {@link
 * dev.embedctl.doctor.Examination}, which asks; {@link dev.embedctl.doctor.Diagnosis} is what
 * follows from the answers.
 */
package dev.embedctl.doctor;
