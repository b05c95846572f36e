package dev.embedctl.provider.pace;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;

/**
 * The paces of the servers of a run, and the choice among them: the server with the fewest calls in
 * flight gets the next call. A server gets calls after a trial; one that fails is left out for a
 * while. While all are left out, calls are sent as if none was. Times are nanoseconds. Not
 * thread-safe.
 */
final class Paces {
  private final List<Place> places;

  /** One server. */
  private static final class Place {
    private final int number;
    private final Pace pace;
    private final Standing standing;
    private final TextsInTime textsInTime = new TextsInTime();

    Place(int number, Pace pace, Standing standing) {
      this.number = number;
      this.pace = pace;
      this.standing = standing;
    }

    /** Whether it gets calls now, or should be tried. */
    private boolean isOpen(long now) {
      return standing.isIn() || standing.waitForTrial(now) <= 0;
    }

    /** Whether it gets a call before another one: for a trial, or since it is less busy. */
    private boolean isBefore(Place other) {
      if (standing.isIn() != other.standing.isIn()) {
        return !standing.isIn();
      }
      return pace.inFlight() == other.pace.inFlight()
          ? pace.calls() < other.pace.calls()
          : pace.inFlight() < other.pace.inFlight();
    }
  }

  /**
   * The turn of a call.
   *
   * @param server the number of the server that gets it, from 0
   * @param purpose what the call is for
   */
  record Turn(int server, Purpose purpose, Pace.Turn inPace) {
    /** The time when it was sent. */
    long at() {
      return inPace.at();
    }

    /** The same turn for other texts, of these tokens. */
    Turn estimating(long tokens) {
      return new Turn(server, purpose, inPace.estimating(tokens));
    }
  }

  /** What a call is for. */
  enum Purpose {
    REQUEST,
    /** It also shows whether the server may get further calls. */
    TRIAL
  }

  Paces(PaceLimits limits, int servers, RandomGenerator randomness) {
    Pace first = new Pace(limits, randomness);
    this.places =
        servers == 1
            ? List.of(new Place(0, first, Standing.ofTheOnlyOne()))
            : IntStream.range(0, servers)
                .mapToObj(
                    number ->
                        new Place(
                            number, number == 0 ? first : first.another(), Standing.untried()))
                .toList();
  }

  /** The pace of a server. */
  Pace of(Turn turn) {
    return at(turn).pace;
  }

  /** The learned number of texts that a server embeds in time. */
  TextsInTime textsInTime(Turn turn) {
    return at(turn).textsInTime;
  }

  private Place at(Turn turn) {
    return places.get(turn.server());
  }

  /** The most texts that each server embeds in time that is not left out. */
  int textsPerCall() {
    int least = Integer.MAX_VALUE;
    for (Place place : places) {
      least = place.standing.isOut() ? least : Math.min(least, place.textsInTime.most());
    }
    return least;
  }

  /** The nanoseconds until a server may get a call; 0 or less means now. */
  long waitFor(long tokens, long requests, long now) {
    long least = Pace.UNTIL_ONE_RETURNS;
    for (Place place : candidates(now)) {
      least = Math.min(least, place.pace.waitFor(tokens, requests, now));
    }
    for (Place place : places) {
      long trial = place.standing.waitForTrial(now);
      least = trial > 0 ? Math.min(least, trial) : least;
    }
    return least;
  }

  /** Gives a call to a server; {@link #waitFor} has returned that one may get it. */
  Turn sent(long tokens, long requests, long now) {
    Place chosen = chosen(tokens, requests, now).orElseThrow();
    Pace.Turn turn = chosen.pace.sent(tokens, requests, now);
    if (chosen.standing.isIn()) {
      return new Turn(chosen.number, Purpose.REQUEST, turn);
    }
    chosen.standing.trialBegan();
    return new Turn(chosen.number, Purpose.TRIAL, turn);
  }

  private Optional<Place> chosen(long tokens, long requests, long now) {
    Optional<Place> best = Optional.empty();
    for (Place place : candidates(now)) {
      if (place.pace.waitFor(tokens, requests, now) <= 0
          && (best.isEmpty() || place.isBefore(best.get()))) {
        best = Optional.of(place);
      }
    }
    return best;
  }

  /** The servers that get calls or should be tried now; all of them while all are left out. */
  private List<Place> candidates(long now) {
    List<Place> open = new ArrayList<>();
    boolean allOut = true;
    for (Place place : places) {
      allOut &= place.standing.isOut();
      if (place.isOpen(now)) {
        open.add(place);
      }
    }
    return open.isEmpty() && allOut ? places : open;
  }

  /** A server has answered a call, and its vectors are right. */
  void answered(Turn turn) {
    if (turn.purpose() == Purpose.REQUEST) {
      at(turn).standing.answered();
    } else {
      at(turn).standing.letIn();
    }
  }

  /** The server of a call asks to wait. */
  void putOff(Turn turn) {
    at(turn).standing.putOff();
  }

  /** A call has ended in any way. */
  void ended(Turn turn) {
    if (turn.purpose() == Purpose.TRIAL) {
      at(turn).standing.trialEnded();
    }
  }

  /**
   * A server has failed; the only one is never left out.
   *
   * @return the nanoseconds for which it is left out; 0 if it is not, or was already
   */
  long leaveOut(Turn turn, long now) {
    return places.size() == 1 ? 0 : at(turn).standing.leaveOut(now);
  }

  /** Whether a request that failed at one server may be sent to another one. */
  boolean areOpen() {
    return places.size() > 1 && places.stream().anyMatch(place -> !place.standing.isOut());
  }

  /** Whether each server has been tried, with any result. */
  boolean haveAllBeenTried() {
    return places.stream().allMatch(place -> place.standing.isTried());
  }

  /** The number of servers. */
  int servers() {
    return places.size();
  }

  /**
   * The shortest time without an admitted call until the end of a wait, if it is longer than
   * allowed at each server that is not left out.
   */
  Optional<Duration> tooLong() {
    List<Optional<Duration>> waits =
        places.stream()
            .filter(place -> !place.standing.isOut())
            .map(place -> place.pace.tooLong())
            .toList();
    return waits.stream().allMatch(Optional::isPresent)
        ? waits.stream().flatMap(Optional::stream).min(Comparator.naturalOrder())
        : Optional.empty();
  }
}
