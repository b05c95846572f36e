/**
 * The vocabulary: records, texts, vectors, outcomes, and the failures of a run. Imports no other
 * room. Start with {@link dev.embedctl.model.InputRecord} and {@link dev.embedctl.model.Outcome}.
 */
package dev.embedctl.model;
