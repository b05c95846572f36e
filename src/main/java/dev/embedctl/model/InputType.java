package dev.embedctl.model;

/** The purpose of a text, for models that embed queries and documents differently. */
public enum InputType {
  QUERY,
  DOCUMENT
}
