package dev.embedctl.provider;

/** Remembers between runs that a server encodes its vectors correctly. */
public interface EncodingMemory {
  /** Whether this was confirmed, in this run or before. */
  boolean isConfirmed();

  /** Stores that this is confirmed. */
  void confirm();

  /** A memory that stores nothing. */
  static EncodingMemory none() {
    return new EncodingMemory() {
      @Override
      public boolean isConfirmed() {
        return false;
      }

      @Override
      public void confirm() {
        // Each run tests it again.
      }
    };
  }
}
