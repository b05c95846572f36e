package dev.embedctl.provider;

import dev.embedctl.model.EmbedctlException.Usage;
import dev.embedctl.model.Parameter;
import dev.embedctl.provider.RemotePlan.Asking;
import dev.embedctl.provider.RemotePlan.Chosen;
import dev.embedctl.provider.catalog.Wire;
import dev.embedctl.provider.remote.ServerListener;
import java.net.URI;
import java.util.List;
import java.util.Optional;

/** The addresses of a provider, whose servers have one model. */
final class RemoteRow {
  private final List<RemotePlan> plans;

  /**
   * Servers with these settings.
   *
   * @param plans one for each address; the cache's keys have the first one
   * @throws Usage if the provider cannot have several addresses
   */
  RemoteRow(List<RemotePlan> plans) {
    this.plans = List.copyOf(plans);
    if (plans.size() > 1) {
      checkSeveral();
    }
  }

  private void checkSeveral() {
    Wire wire = plans.getFirst().known().wire().orElseThrow();
    if (wire == Wire.BEDROCK || wire == Wire.VERTEX) {
      throw new Usage(
          Parameter.BASE_URL + ": this provider has one address in a run; give one of them");
    }
    List<URI> addresses = plans.stream().map(RemotePlan::calledAddress).toList();
    for (int i = 0; i < addresses.size(); i++) {
      if (addresses.indexOf(addresses.get(i)) < i) {
        throw new Usage(
            Parameter.BASE_URL + " " + addresses.get(i) + " is given twice; give it once");
      }
    }
  }

  /** These servers, if no key is missing. */
  RemoteRow withItsKey() {
    return new RemoteRow(plans.stream().map(RemotePlan::withItsKey).toList());
  }

  /**
   * Opens the servers.
   *
   * @param listener receives events about the servers
   * @param memory remembers the models of servers
   * @param asking whether the servers may be asked for their models
   * @throws Usage if they state different models
   */
  Servers open(ServerListener listener, ServedMemory memory, Asking asking) {
    Chosen chosen =
        plans.getFirst().choose(listener, memory, asking, choice -> askEach(choice, listener));
    return new Servers(
        plans.stream().map(plan -> plan.calledAddress().toString()).toList(),
        plans.stream().map(plan -> plan.open(chosen, listener)).toList());
  }

  /** The models that a server states. */
  private record Stated(URI by, Optional<ServedModel> model) {}

  /**
   * The models of the first server that replies, if all that reply have the same one. A server that
   * gives no reply is asked after its first reply to texts.
   */
  private List<ServedModel> askEach(ModelChoice choice, ServerListener listener)
      throws ProviderException, InterruptedException {
    if (plans.size() == 1) {
      return plans.getFirst().listed(listener);
    }
    Optional<List<ServedModel>> first = Optional.empty();
    Optional<Stated> before = Optional.empty();
    Optional<ProviderException> failure = Optional.empty();
    for (RemotePlan plan : plans) {
      try {
        List<ServedModel> listed = plan.listed(listener);
        Stated now = new Stated(plan.calledAddress(), choice.among(listed));
        before.ifPresent(one -> checkSame(one, now, choice));
        before = before.or(() -> Optional.of(now));
        first = first.or(() -> Optional.of(listed));
      } catch (ProviderException e) {
        listener.learned(e.getMessage() + "; its model is compared when it replies");
        failure = Optional.of(e);
      }
    }
    if (first.isEmpty()) {
      throw failure.orElseThrow();
    }
    return first.get();
  }

  private static void checkSame(Stated one, Stated other, ModelChoice choice) {
    if (!choice.areSame(one.model(), other.model())) {
      throw new Usage(
          Parameter.BASE_URL
              + ": "
              + sentence(one)
              + ", and "
              + sentence(other)
              + "; vectors of different models cannot be compared, so give addresses of servers"
              + " with the same model");
    }
  }

  private static String sentence(Stated stated) {
    return stated.by()
        + " has "
        + stated
            .model()
            .map(model -> "the model " + model.name() + ", " + model.shownIdentity())
            .orElse("no such model, or states none");
  }
}
