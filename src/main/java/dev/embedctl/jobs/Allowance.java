package dev.embedctl.jobs;

import dev.embedctl.provider.CountedText;
import dev.embedctl.provider.ProviderException.Hopeless;
import dev.embedctl.provider.TokenLimit;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;

/** The tokens of calls that a limit leaves beside those of jobs. Thread-safe. */
final class Allowance {
  private final LaneParts parts;
  private final String setting;
  private final long whole;
  private final AtomicLong left;

  private Allowance(LaneParts parts, String setting, long whole) {
    this.parts = parts;
    this.setting = setting;
    this.whole = whole;
    this.left = new AtomicLong(whole);
  }

  /**
   * The rest of a limit.
   *
   * @param limit the most tokens in jobs, if they are limited
   * @param charged the tokens that jobs have cost
   */
  static Allowance of(Optional<TokenLimit> limit, long charged, LaneParts parts) {
    return new Allowance(
        parts,
        limit.map(TokenLimit::setting).orElse(""),
        limit
            .map(most -> BigDecimal.valueOf(most.tokens() - charged).multiply(shareOf(parts)))
            .map(BigDecimal::longValue)
            .orElse(Long.MAX_VALUE));
  }

  /** The price of a token in a job, as a part of that in a call. */
  private static BigDecimal shareOf(LaneParts parts) {
    return parts.api().limits().priceShare();
  }

  /** Whether enough is left for a text. */
  boolean covers(CountedText text) {
    return parts.mostOf(text) <= left.get();
  }

  /**
   * Takes the most tokens that texts may cost.
   *
   * @throws Hopeless if they are more than are left
   */
  void take(List<CountedText> texts) throws Hopeless {
    long most = texts.stream().mapToLong(parts::mostOf).sum();
    if (left.addAndGet(-most) < 0) {
      throw exceeded();
    }
  }

  /** The failure of a call for which too little is left. */
  Hopeless exceeded() {
    return new Hopeless(
        Hopeless.Reason.BUDGET,
        setting
            + " ends the run: jobs take most of it, and the rest is too little for a call; set a"
            + " higher limit");
  }

  /** The tokens in jobs that cost as much as the calls that were taken. */
  long takenAsInJobs() {
    return BigDecimal.valueOf(whole - left.get())
        .divide(shareOf(parts), 0, RoundingMode.CEILING)
        .longValueExact();
  }
}
