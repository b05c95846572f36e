package dev.embedctl.provider;

/** Whether the environment has the key that a provider wants. */
public enum KeyState {
  SET,
  MISSING,
  NOT_NEEDED
}
