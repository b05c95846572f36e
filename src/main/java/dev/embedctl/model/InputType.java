package dev.embedctl.model;

/** What a text is for, to models that embed questions and passages differently. */
public enum InputType {
  QUERY,
  DOCUMENT
}
