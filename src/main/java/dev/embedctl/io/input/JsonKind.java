package dev.embedctl.io.input;

/** The type of the value of a field. */
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

  /** Its name with an article, for messages: "a number". */
  String phrase() {
    return phrase;
  }
}
