package dev.embedctl.report;

import dev.embedctl.jobs.LaneFigures;
import dev.embedctl.provider.catalog.Price;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * Describes the current state of a run in one line: texts done, rate, hits, calls, waits, cost,
 * time left.
 */
public final class ProgressText {
  /** The rate is measured over this time, since it changes during a run. */
  private static final Duration RECENT = Duration.ofSeconds(20);

  private static final Duration SHORTEST_SHOWN_WAIT = Duration.ofSeconds(1);
  private static final int LONGEST_BAR = 30;
  private static final int SHORTEST_BAR = 8;

  /** Figures that are more important than the bar. */
  private static final int MOST_IMPORTANT = 4;

  private final Optional<Price> price;
  private final Deque<RunNow> recent = new ArrayDeque<>();

  /** Shows the cost too if the price of tokens is known. */
  public ProgressText(Optional<Price> price) {
    this.price = price;
  }

  /**
   * A bar and figures for a line of a terminal. On a narrow terminal, the less important figures
   * are left out.
   *
   * @param total the estimated number of texts in the input, if known
   * @param width columns
   */
  public String bar(RunNow now, OptionalDouble total, int width) {
    List<String> figures = figures(now, total);
    int room = Math.max(1, width - 1); // writing to the last column would begin a new line
    int roomBesideBar = total.isPresent() ? room - SHORTEST_BAR - 4 : room;
    while (figures.size() > MOST_IMPORTANT && String.join("  ", figures).length() > roomBesideBar) {
      figures.removeLast();
    }
    while (figures.size() > 1 && String.join("  ", figures).length() > room) {
      figures.removeLast();
    }
    String text = String.join("  ", figures);
    int left = room - text.length() - 4;
    if (total.isPresent() && left >= SHORTEST_BAR) {
      text = bar(share(now, total.getAsDouble()), Math.min(left, LONGEST_BAR)) + "  " + text;
    }
    return text.length() <= room ? text : text.substring(0, room);
  }

  private static String percent(double share) {
    return Figures.percent(share).replace(" ", "");
  }

  private static double share(RunNow now, double total) {
    return total <= 0 ? 0 : Math.min(1, now.done() / total);
  }

  private static String bar(double share, int length) {
    int done = (int) (share * length);
    return "["
        + "=".repeat(done)
        + (done < length ? ">" + " ".repeat(length - done - 1) : "")
        + "]";
  }

  /** A sentence for a log. */
  public String sentence(RunNow now, OptionalDouble total) {
    return String.join(", ", figures(now, total));
  }

  /** The figures, the most important first. */
  private List<String> figures(RunNow now, OptionalDouble total) {
    Optional<LaneFigures> jobs = now.lane().filter(lane -> lane.pending() > 0);
    if (jobs.isPresent()) {
      return jobs(jobs.get());
    }
    OptionalDouble rate = rate(now);
    List<String> figures = new ArrayList<>();
    if (total.isPresent()) {
      figures.add(percent(share(now, total.getAsDouble())));
    }
    figures.add(Figures.count((double) now.vectors(), "text"));
    left(now, total, rate).ifPresent(figures::add);
    if (now.heldFor().compareTo(SHORTEST_SHOWN_WAIT) >= 0) {
      figures.add("provider asks to wait " + clock(now.heldFor()));
    }
    rate.ifPresent(known -> figures.add(Figures.rate(known) + "/s"));
    if (now.failed() > 0) {
      figures.add(Figures.count((double) now.failed()) + " failed");
    }
    if (now.vectors() > 0) {
      figures.add(percent((double) now.hits() / now.vectors()) + " cached");
    }
    cost(now).ifPresent(figures::add);
    figures.add(Figures.count(now.inFlight(), "call") + " in flight");
    return figures;
  }

  /** The figures while jobs are pending, the most important first. */
  private List<String> jobs(LaneFigures lane) {
    List<String> figures = new ArrayList<>();
    figures.add(Figures.count(lane.pending(), "job") + " pending");
    figures.add(
        Figures.count((double) lane.embedded())
            + " of "
            + Figures.count((double) lane.texts(), "text"));
    figures.add("waiting " + clock(lane.oldest()));
    if (lane.linesDone() > 0) {
      figures.add(percent((double) lane.linesDone() / lane.linesPending()) + " of pending done");
    }
    price
        .filter(known -> known.usdPerMillionTokens().signum() > 0 && lane.tokens() > 0)
        .ifPresent(known -> figures.add(Figures.dollars(lane.cost(known).doubleValue())));
    return figures;
  }

  private OptionalDouble rate(RunNow now) {
    recent.addLast(now);
    while (recent.size() > 2
        && now.elapsed().minus(recent.getFirst().elapsed()).compareTo(RECENT) > 0) {
      recent.removeFirst();
    }
    RunNow since = recent.getFirst();
    double seconds = now.elapsed().minus(since.elapsed()).toNanos() / 1e9;
    return seconds < 0.5
        ? OptionalDouble.empty()
        : OptionalDouble.of((now.done() - since.done()) / seconds);
  }

  private static Optional<String> left(RunNow now, OptionalDouble total, OptionalDouble rate) {
    if (total.isEmpty() || rate.isEmpty() || rate.getAsDouble() <= 0) {
      return Optional.empty();
    }
    double seconds = Math.max(0, total.getAsDouble() - now.done()) / rate.getAsDouble();
    return Optional.of(clock(Duration.ofSeconds(Math.round(seconds))) + " left");
  }

  /** The cost so far; empty if it is zero or unknown. */
  private Optional<String> cost(RunNow now) {
    return price
        .filter(known -> known.usdPerMillionTokens().signum() > 0 && now.tokens().isPresent())
        .map(known -> Figures.dollars(known.of(now.tokens().getAsLong()).doubleValue()));
  }

  private static String clock(Duration time) {
    long seconds = time.toSeconds();
    return seconds < 3600
        ? String.format(Locale.ROOT, "%d:%02d", seconds / 60, seconds % 60)
        : String.format(
            Locale.ROOT, "%d:%02d:%02d", seconds / 3600, seconds / 60 % 60, seconds % 60);
  }
}
