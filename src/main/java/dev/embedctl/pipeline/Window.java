package dev.embedctl.pipeline;

import java.util.Objects;

/**
 * A part of a long text that is embedded as a separate text.
 *
 * @param text the text without the white space at its ends
 * @param tokens the tokens that the model sees in it
 */
record Window(String text, int tokens) {
  Window {
    Objects.requireNonNull(text);
  }
}
