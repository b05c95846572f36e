package dev.embedctl.io.input;

/** What a field of a record holds. */
enum JsonKind {
  MISSING("missing"),
  STRING("a string"),
  NUMBER("a number"),
  BOOLEAN("a boolean"),
  NULL("null"),
  OBJECT("an object"),
  ARRAY("an array");

  private final String phrase;

  JsonKind(String phrase) {
    this.phrase = phrase;
  }

  /** As a sentence names it: "a number". */
  String phrase() {
    return phrase;
  }
}
