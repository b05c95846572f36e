package dev.embedctl.provider;

/** The servers to which a request may go that failed at one of them. */
public interface OtherServers {
  /** Whether there are others that are not left out because they failed. */
  boolean areOpen();

  /** The number of servers, with the one that failed. */
  int number();

  /** No others. */
  static OtherServers none() {
    return new OtherServers() {
      @Override
      public boolean areOpen() {
        return false;
      }

      @Override
      public int number() {
        return 1;
      }
    };
  }
}
