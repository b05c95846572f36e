/**
 * The vocabulary of the tool: records, texts, vectors, outcomes, and how a run can fail. Imports
 * nothing of the other rooms. Start with {@link dev.embedctl.model.InputRecord} and {@link
 * dev.embedctl.model.Outcome}.
 */
package dev.embedctl.model;
