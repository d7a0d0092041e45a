package dev.drover.functions.state;

import static dev.drover.functions.state.Sample.NOW;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class ServerCatalogTest {
  private static final Instant LATER = NOW.plusSeconds(1);

  private final Sample sample = new Sample();
  private final ServerCatalog catalog = sample.state.catalog();

  @Test
  void get_never_isNotImported() {
    assertThat(catalog.get())
        .isEqualTo(new Catalog(Catalog.Status.NOT_IMPORTED, Optional.empty(), Optional.empty()));
    assertThat(catalog.imported(NOW)).isFalse();
    assertThat(catalog.refreshed(NOW)).isFalse();
  }

  @Test
  void importing_fromAnywhere_isThisItem() {
    catalog.importing(NOW);
    assertThat(sample.raw.show("CATALOG", "-"))
        .isEqualTo(
            Map.of(
                "pk", "S:CATALOG",
                "v", "N:1",
                "sk", "S:-",
                "status", "S:IMPORTING",
                "lastModifiedOn", "N:1795442400250"));
    assertThat(catalog.get())
        .isEqualTo(new Catalog(Catalog.Status.IMPORTING, Optional.of(NOW), Optional.empty()));
  }

  @Test
  void asOf_importThatNobodyAnswers_isAfterAWhileWhatItWasBefore() {
    Catalog asked = new Catalog(Catalog.Status.IMPORTING, Optional.of(NOW), Optional.empty());
    Catalog emptied = new Catalog(Catalog.Status.IMPORTING, Optional.of(NOW), Optional.of(NOW));
    Instant soon = NOW.plus(Catalog.IMPORTS_WITHIN);
    Instant after = soon.plusMillis(1);
    Optional<Instant> before = Optional.of(NOW.minusSeconds(1));

    assertThat(asked.asOf(soon, Optional::empty)).isEqualTo(asked);
    assertThat(asked.asOf(after, Optional::empty).status()).isEqualTo(Catalog.Status.NOT_IMPORTED);
    assertThat(asked.asOf(after, () -> before).status()).isEqualTo(Catalog.Status.AVAILABLE);
    assertThat(emptied.asOf(after, () -> before).status()).isEqualTo(Catalog.Status.DELETED);
  }

  @ParameterizedTest
  @EnumSource(value = Catalog.Status.class, mode = EnumSource.Mode.EXCLUDE, names = "IMPORTING")
  void asOf_noInventoryForSevenDays_isExpiredIfItShowedServers(Catalog.Status status) {
    Catalog old = new Catalog(status, Optional.of(NOW), Optional.empty());
    Instant after = NOW.plus(Catalog.EXPIRES_AFTER);

    assertThat(old.asOf(after.minusMillis(1), Optional::empty)).isEqualTo(old);
    assertThat(old.asOf(after, () -> Optional.of(LATER))).isEqualTo(old);
    for (Optional<Instant> newest : List.of(Optional.of(NOW), Optional.<Instant>empty())) {
      assertThat(old.asOf(after, () -> newest).status())
          .isEqualTo(status.showsServers() ? Catalog.Status.EXPIRED : status);
    }
  }

  @ParameterizedTest
  @EnumSource(Catalog.Status.class)
  void inEachStatus_importedAndRefreshed_onlyFromTheirs(Catalog.Status from) {
    catalog.importing(NOW);
    sample.raw.set("CATALOG", "-", "status", from.name());
    boolean refreshed = catalog.refreshed(LATER);
    assertThat(refreshed).isEqualTo(from == Catalog.Status.AVAILABLE);
    assertThat(catalog.get())
        .isEqualTo(new Catalog(from, Optional.of(refreshed ? LATER : NOW), Optional.empty()));
    boolean imported = catalog.imported(LATER);
    assertThat(imported).isEqualTo(from == Catalog.Status.IMPORTING);
    assertThat(catalog.get().status()).isEqualTo(imported ? Catalog.Status.AVAILABLE : from);
    assertThat(from.showsServers())
        .isEqualTo(EnumSet.of(Catalog.Status.IMPORTING, Catalog.Status.AVAILABLE).contains(from));
  }
}
