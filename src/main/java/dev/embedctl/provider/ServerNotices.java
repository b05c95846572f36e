package dev.embedctl.provider;

import dev.embedctl.provider.remote.ServerListener;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;

/** Says which servers of a run are left out: as a warning when a server fails the first time. */
public final class ServerNotices {
  private final String provider;
  private final List<String> addresses;
  private final ServerListener listener;
  private final ReentrantLock lock = new ReentrantLock();
  private final Set<Integer> failed = new HashSet<>();

  public ServerNotices(String provider, List<String> addresses, ServerListener listener) {
    this.provider = provider;
    this.addresses = List.copyOf(addresses);
    this.listener = listener;
  }

  /** Notices of a run with one server, which is never left out. */
  public static ServerNotices ofTheOnlyOne() {
    return new ServerNotices("", List.of(), sentence -> {});
  }

  /** The address of a server. */
  public String address(int server) {
    return addresses.get(server);
  }

  /**
   * A server is left out.
   *
   * @param pause the time until it is tried again
   * @param why the message of its failure
   */
  public void leftOut(int server, Duration pause, String why) {
    String sentence =
        provider
            + ": "
            + address(server)
            + " failed and gets no calls until it works again, which is tried in "
            + pause.toSeconds()
            + " s: "
            + why;
    if (isFirst(server)) {
      listener.warned(sentence);
    } else {
      listener.learned(sentence);
    }
  }

  private boolean isFirst(int server) {
    lock.lock();
    try {
      return failed.add(server);
    } finally {
      lock.unlock();
    }
  }
}
