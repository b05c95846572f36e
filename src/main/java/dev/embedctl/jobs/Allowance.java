package dev.embedctl.jobs;

import dev.embedctl.provider.CountedText;
import dev.embedctl.provider.ProviderException.Hopeless;
import dev.embedctl.provider.TokenLimit;
import dev.embedctl.provider.catalog.TokenMeter;
import java.math.BigDecimal;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;

/** The tokens of calls that a limit leaves beside those of jobs. Thread-safe. */
final class Allowance {
  private final TokenMeter meter;
  private final String setting;
  private final AtomicLong left;

  private Allowance(TokenMeter meter, String setting, long left) {
    this.meter = meter;
    this.setting = setting;
    this.left = new AtomicLong(left);
  }

  /**
   * The rest of a limit.
   *
   * @param limit the most tokens in jobs, if they are limited
   * @param charged the tokens that jobs have cost
   * @param priceShare the price of a token in a job, as a part of that in a call
   */
  static Allowance of(
      Optional<TokenLimit> limit, long charged, BigDecimal priceShare, TokenMeter meter) {
    return new Allowance(
        meter,
        limit.map(TokenLimit::setting).orElse(""),
        limit
            .map(most -> BigDecimal.valueOf(most.tokens() - charged).multiply(priceShare))
            .map(BigDecimal::longValue)
            .orElse(Long.MAX_VALUE));
  }

  /**
   * Takes the most tokens that texts may cost.
   *
   * @throws Hopeless if they are more than are left
   */
  void take(List<CountedText> texts) throws Hopeless {
    long most = texts.stream().mapToLong(text -> meter.measure(text).high()).sum();
    if (left.addAndGet(-most) < 0) {
      throw new Hopeless(
          Hopeless.Reason.BUDGET,
          setting + " ends the run: jobs take most of it, and the rest is too little for a call");
    }
  }
}
