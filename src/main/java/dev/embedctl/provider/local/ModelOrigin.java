package dev.embedctl.provider.local;

/** Who put a model's folder where it is. */
public enum ModelOrigin {
  /** The build did: the hash that it wrote beside the model is believed. */
  INSTALLED,
  /** The user did, and may have changed it since: it is hashed on each run. */
  USERS_OWN
}
