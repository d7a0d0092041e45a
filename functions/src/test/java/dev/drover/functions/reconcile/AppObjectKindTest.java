package dev.drover.functions.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.drover.functions.app.AppCreation;
import dev.drover.functions.app.AppLimits;
import dev.drover.functions.app.AppOutcome;
import dev.drover.functions.app.AppRemoval;
import dev.drover.functions.state.App;
import dev.drover.functions.world.World;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class AppObjectKindTest {
  private static final Duration AN_HOUR = Duration.ofHours(1);
  private static final String NOBODYS = "app-0123456789abcdef0/template.json";

  private final World world = World.withServer();
  private final AppObjectKind kind = new AppObjectKind(world.state, world.objects, new Prices());

  private App app() {
    AppCreation creation =
        new AppCreation(world.state, new AppLimits(50, 10, 50), world, world.eventLog);
    AppOutcome created =
        creation.create(
            new AppCreation.Wish(
                new App.About("shop", null, null), List.of(), List.of(), null, null));
    if (created instanceof AppOutcome.Done done) {
      return done.app();
    }
    throw new AssertionError(created);
  }

  /** As a call does that read the application before it was deleted. */
  private void write(App app, String... names) {
    for (String name : names) {
      put(app.id() + "/" + name);
    }
  }

  private void put(String name) {
    world.objects.put("applications/" + name, new byte[1 << 20]);
  }

  private void delete(App app) {
    assertThat(new AppRemoval(world.state, world.objects, world.eventLog).remove(app)).isTrue();
  }

  private List<Leftover> found() {
    List<Leftover> all = new ArrayList<>();
    @Nullable String from = null;
    do {
      LeftoverKind.Part part = kind.look(from);
      all.addAll(part.leftovers());
      from = part.next();
    } while (from != null);
    return all;
  }

  private void sweep() {
    LeftoverStation station = new LeftoverStation(kind, world.audit, world);
    @Nullable String from = null;
    do {
      Station.Leg leg = station.look(from);
      leg.works().forEach(work -> work.work().run());
      from = leg.next();
    } while (from != null);
  }

  @Test
  void look_applicationThatIsThere_leavesNothing() {
    write(app(), "template.json", "launched.json");

    assertThat(found()).isEmpty();
  }

  @Test
  void look_whatWasWrittenOfADeletedApplication_isLeftWithReasonAgeSizeAndPrice() {
    App other = app();
    write(other, "template.yaml");
    App gone = app();
    write(gone, "launched.json");
    delete(gone);
    assertThat(found()).as("DeleteApp removes them itself").isEmpty();
    write(gone, "changeset.json", "proposed.json");

    List<Leftover> found = found();

    assertThat(found)
        .extracting(Leftover::id)
        .containsExactly(
            "application-object/" + gone.id() + "/changeset.json",
            "application-object/" + gone.id() + "/proposed.json");
    assertThat(found)
        .allSatisfy(
            left -> {
              assertThat(left.reason()).isEqualTo("application " + gone.id() + " was deleted");
              assertThat(left.removal()).isEqualTo(Leftover.Removal.AUTOMATIC);
              assertThat(left.createdAt()).isEqualTo(World.START);
              assertThat(left.size()).isEqualTo(new Leftover.Size(1 << 20, Leftover.Bound.EXACT));
              assertThat(left.monthlyDollars()).isPositive();
              assertThat(kind.find(left.name())).contains(left);
            });
    assertThat(kind.find(other.id() + "/template.yaml")).isEmpty();
  }

  /** A table that was lost, or put back to an earlier time, says nothing of whose it is. */
  @Test
  void look_applicationThatNeverWas_goesOnRequest() {
    put(NOBODYS);

    assertThat(found())
        .singleElement()
        .satisfies(
            left -> {
              assertThat(left.reason()).isEqualTo("there is no application app-0123456789abcdef0");
              assertThat(left.removal()).isEqualTo(Leftover.Removal.ON_REQUEST);
            });
    world.pass(AN_HOUR);
    sweep();
    assertThat(world.objects.keys()).contains("applications/" + NOBODYS);

    assertThat(world.audit.remove(found().getFirst())).isEmpty();
    assertThat(found()).isEmpty();
  }

  @Test
  void look_keyThatIsNoneOfAnApplication_isNotOursToRemove() {
    put("notes.txt");
    put("app-1/template.json");

    assertThat(found())
        .extracting(Leftover::name)
        .containsExactly("app-1/template.json", "notes.txt");
    assertThat(found()).allMatch(left -> left.removal() == Leftover.Removal.BY_HAND);
    assertThat(found()).allMatch(left -> world.audit.remove(left).isPresent());
    assertThat(world.objects.keys())
        .contains("applications/notes.txt", "applications/app-1/template.json");
  }

  /** Whoever wrote it may be at work still; and who lists sees no application that is younger. */
  @Test
  void sweep_removesWhatIsAnHourOldAndOfNoApplication() {
    App kept = app();
    write(kept, "template.json");
    App gone = app();
    delete(gone);
    write(gone, "proposed.json");

    sweep();
    assertThat(found()).as("a call may be at work with it").hasSize(1);
    world.pass(AN_HOUR);
    sweep();

    assertThat(world.objects.list("applications/").map(each -> each.key()))
        .containsExactly("applications/" + kept.id() + "/template.json");
  }

  @Test
  void look_moreThanAPart_goesOnBehindIt() {
    App gone = app();
    delete(gone);
    for (int object = 0; object < 450; object++) {
      write(gone, "%03d.json".formatted(object));
    }

    assertThat(found()).hasSize(450).doesNotHaveDuplicates();
  }
}
