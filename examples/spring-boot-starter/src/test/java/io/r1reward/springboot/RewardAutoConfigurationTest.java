package io.r1reward.springboot;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.r1reward.CheckpointException;
import io.r1reward.InvalidInputException;
import io.r1reward.MediaFetcher;
import io.r1reward.ModelListener;
import io.r1reward.PreferencePair;
import io.r1reward.RewardModel;
import io.r1reward.spi.ModelSettings;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.health.contributor.Status;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Configuration;

class RewardAutoConfigurationTest {
  private static final PreferencePair PAIR =
      PreferencePair.builder().question("How?").first("So.").second("Thus.").build();

  @TempDir static Path folder;

  private final ApplicationContextRunner bare =
      new ApplicationContextRunner()
          .withConfiguration(
              AutoConfigurations.of(
                  RewardAutoConfiguration.class,
                  RewardMetersAutoConfiguration.class,
                  RewardHealthAutoConfiguration.class));
  private ApplicationContextRunner runner = bare;

  /** Imported as Spring Boot does it, so that what is missing is not looked at. */
  @Configuration(proxyBeanMethods = false)
  @ImportAutoConfiguration({
    RewardAutoConfiguration.class,
    RewardMetersAutoConfiguration.class,
    RewardHealthAutoConfiguration.class
  })
  static class Application {}

  private static ApplicationContextRunner without(String packageName) {
    return new ApplicationContextRunner()
        .withUserConfiguration(Application.class)
        .withPropertyValues("r1reward.checkpoint=" + folder)
        .withClassLoader(new FilteredClassLoader(packageName));
  }

  @BeforeEach
  void checkpoint() throws IOException {
    Files.write(folder.resolve("fake-judge"), new byte[0]);
    runner = bare.withPropertyValues("r1reward.checkpoint=" + folder);
  }

  @Test
  void spring_boot_finds_every_configuration() throws IOException {
    String name =
        "META-INF/spring/org.springframework.boot.autoconfigure.AutoConfiguration.imports";
    try (var stream = getClass().getClassLoader().getResourceAsStream(name)) {
      assertThat(new String(stream.readAllBytes(), StandardCharsets.UTF_8).lines())
          .containsExactly(
              RewardAutoConfiguration.class.getName(),
              RewardHealthAutoConfiguration.class.getName(),
              RewardMetersAutoConfiguration.class.getName());
    }
  }

  @Test
  void there_is_no_model_without_a_checkpoint() {
    bare.run(
        context ->
            assertThat(context)
                .hasNotFailed()
                .doesNotHaveBean(RewardModel.class)
                .doesNotHaveBean(HealthIndicator.class));
  }

  @Test
  void a_blank_checkpoint_is_none() {
    for (String blank : List.of("", " ", "${JUDGE:}")) {
      bare.withPropertyValues("r1reward.checkpoint=" + blank)
          .run(
              context ->
                  assertThat(context)
                      .hasNotFailed()
                      .doesNotHaveBean(RewardModel.class)
                      .doesNotHaveBean(HealthIndicator.class));
    }
  }

  @Test
  void a_checkpoint_of_the_hub_is_looked_for_there() {
    bare.withPropertyValues("r1reward.checkpoint=hf:yifanzhang114/R1-Reward@main")
        .run(
            context ->
                assertThat(context)
                    .getFailure()
                    .rootCause()
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessage(
                        "no source of checkpoints for hf:yifanzhang114/R1-Reward@main on the class"
                            + " path: add r1reward-core"));
  }

  @Test
  void nothing_set_leaves_the_builders_defaults() {
    runner.run(
        context -> {
          assertThat(context).hasSingleBean(RewardModel.class);
          assertThat(FakeProvider.model.settings).isEqualTo(ModelSettings.builder().build());
        });
  }

  @Test
  void every_property_reaches_the_builder() {
    runner
        .withPropertyValues(
            "r1reward.engine=fake",
            "r1reward.device=cuda:1",
            "r1reward.dtype=bfloat16",
            "r1reward.max-pixels=50176",
            "r1reward.batch-rows=3",
            "r1reward.queue-capacity=7",
            "r1reward.threads=2",
            "r1reward.self-check=false",
            "r1reward.protocol=/judges/mine.json",
            "r1reward.prefix-cache=2MB",
            "r1reward.lookahead=false",
            "r1reward.options.some-name=value")
        .run(
            context -> {
              assertThat(context).hasNotFailed();
              ModelSettings settings = FakeProvider.model.settings;
              assertThat(settings.engine()).isEqualTo("fake");
              assertThat(settings.device()).isEqualTo("cuda:1");
              assertThat(settings.dtype()).isEqualTo("bfloat16");
              assertThat(settings.maxPixels()).isEqualTo(50176);
              assertThat(settings.batchRows()).isEqualTo(3);
              assertThat(settings.queueCapacity()).isEqualTo(7);
              assertThat(settings.threads()).isEqualTo(2);
              assertThat(settings.selfCheck()).isFalse();
              assertThat(settings.prefixCacheBytes()).isEqualTo(2 << 20);
              assertThat(settings.lookahead()).isFalse();
              assertThat(settings.options())
                  .isEqualTo(
                      Map.of(
                          "some-name",
                          "value",
                          "protocol",
                          Path.of("/judges/mine.json").toAbsolutePath().toString()));
            });
  }

  @Test
  void a_value_out_of_range_is_refused_in_the_builders_words() {
    runner
        .withPropertyValues("r1reward.batch-rows=0")
        .run(
            context ->
                assertThat(context)
                    .getFailure()
                    .rootCause()
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessageContaining("batchRows must be at least 1, got 0"));
    runner
        .withPropertyValues("r1reward.shutdown-timeout=-1s")
        .run(
            context ->
                assertThat(context)
                    .getFailure()
                    .rootCause()
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessage("r1reward.shutdown-timeout must be at least 0, got PT-1S"));
    runner
        .withPropertyValues("r1reward.checkpoint=" + folder.resolve("none"))
        .run(
            context ->
                assertThat(context)
                    .getFailure()
                    .rootCause()
                    .isInstanceOf(CheckpointException.class));
  }

  @Test
  void the_users_own_model_wins() {
    FakeModel own = new FakeModel(ModelSettings.builder().build());
    runner
        .withBean("mine", RewardModel.class, () -> own)
        .run(
            context -> {
              assertThat(context).getBean(RewardModel.class).isSameAs(own);
              assertThat(context.getBean(RewardHealthIndicator.class).health().getDetails())
                  .doesNotContainKey("checkpoint");
            });
  }

  @Test
  void customizers_fetchers_and_every_listener_are_given_to_the_model() {
    AtomicInteger heard = new AtomicInteger();
    MediaFetcher fetcher =
        uri -> {
          throw new IOException("none");
        };
    runner
        .withPropertyValues("r1reward.batch-rows=3")
        .withBean(MediaFetcher.class, () -> fetcher)
        .withBean(RewardModelCustomizer.class, () -> model -> model.batchRows(5))
        .withBean("broken", ModelListener.class, () -> listener(heard, true))
        .withBean("whole", ModelListener.class, () -> listener(heard, false))
        .run(
            context -> {
              ModelSettings settings = FakeProvider.model.settings;
              assertThat(settings.batchRows()).isEqualTo(5);
              assertThat(settings.mediaFetcher()).isSameAs(fetcher);
              ModelListener all = settings.modelListener();
              try {
                all.requestQueued(new ModelListener.Queued(ModelListener.Kind.SCORE, 1));
              } catch (IllegalStateException e) {
                heard.addAndGet(10);
              }
              assertThat(heard).hasValue(12); // both heard it, and the failure came out
            });
  }

  private static ModelListener listener(AtomicInteger heard, boolean broken) {
    return new ModelListener() {
      @Override
      public void requestQueued(Queued event) {
        heard.incrementAndGet();
        if (broken) {
          throw new IllegalStateException("broken");
        }
      }
    };
  }

  @Test
  void health_is_up_until_the_engine_stops() {
    runner.run(
        context -> {
          HealthIndicator health =
              context.getBean("r1rewardHealthIndicator", HealthIndicator.class);
          assertThat(health.health().getStatus()).isEqualTo(Status.UP);
          assertThat(health.health().getDetails())
              .containsEntry("open", true)
              .containsEntry("engine", "fake")
              .containsEntry("checkpoint", folder.toString());
          FakeProvider.model.close();
          assertThat(health.health().getStatus()).isEqualTo(Status.DOWN);
          assertThat(health.health().getDetails()).containsEntry("open", false);
        });
  }

  @Test
  void health_can_be_switched_off_or_be_missing() {
    runner
        .withPropertyValues("management.health.r1reward.enabled=false")
        .run(context -> assertThat(context).doesNotHaveBean(HealthIndicator.class));
    without("org.springframework.boot.health")
        .run(
            context ->
                assertThat(context)
                    .hasSingleBean(RewardModel.class)
                    .doesNotHaveBean("r1rewardHealthIndicator"));
  }

  @Test
  void meters_count_requests() {
    runner
        .withBean(MeterRegistry.class, SimpleMeterRegistry::new)
        .run(
            context -> {
              RewardModel model = context.getBean(RewardModel.class);
              MeterRegistry meters = context.getBean(MeterRegistry.class);
              var first = model.score(PAIR);
              var second = model.score(PAIR);
              assertThat(first).isEqualTo(second);
              var timer =
                  meters.get("r1reward.requests").tags("kind", "score", "outcome", "complete");
              assertThat(timer.timer().count()).isEqualTo(2);
              assertThat(timer.timer().totalTime(TimeUnit.MILLISECONDS)).isEqualTo(500);
              assertThat(count(meters, "r1reward.tokens.prompt")).isEqualTo(10);
              assertThat(count(meters, "r1reward.tokens.prompt.known")).isEqualTo(6);
              assertThat(count(meters, "r1reward.tokens.generated")).isEqualTo(4);
              assertThat(count(meters, "r1reward.tokens.ahead")).isEqualTo(2);
              assertThat(count(meters, "r1reward.media", "cache", "hit")).isEqualTo(8);
              assertThat(count(meters, "r1reward.media", "cache", "miss")).isEqualTo(12);
              assertThat(count(meters, "r1reward.judgements", "kind", "score", "finish", "stop"))
                  .isEqualTo(2);
              assertThat(meters.get("r1reward.requests.active").gauge().value()).isZero();
              assertThat(meters.get("r1reward.tokens.prompt").counter().getId().getBaseUnit())
                  .isEqualTo("tokens");
            });
  }

  @Test
  void meters_tell_what_waits_and_what_fails() {
    runner
        .withBean(MeterRegistry.class, SimpleMeterRegistry::new)
        .run(
            context -> {
              RewardModel model = context.getBean(RewardModel.class);
              MeterRegistry meters = context.getBean(MeterRegistry.class);
              var waiting = model.submit(DrainingModelTest.request("wait"));
              assertThat(meters.get("r1reward.requests.active").gauge().value()).isEqualTo(1);
              FakeProvider.model.waiting.complete(FakeModel.score());
              assertThat(waiting).isDone();
              assertThat(DrainingModelTest.refusal(model, "fail")).hasMessage("full");
              assertThat(meters.get("r1reward.requests").tag("outcome", "failed").timer().count())
                  .isEqualTo(1);
            });
  }

  private static double count(MeterRegistry meters, String name, String... tags) {
    return meters.get(name).tags(tags).counter().count();
  }

  @Test
  void without_one_registry_or_micrometer_nothing_is_counted() {
    runner.run(
        context -> {
          assertThat(context).doesNotHaveBean(RewardMeters.class);
          assertThat(FakeProvider.model.settings.modelListener()).isNull();
        });
    runner
        .withBean("one", MeterRegistry.class, SimpleMeterRegistry::new)
        .withBean("two", MeterRegistry.class, SimpleMeterRegistry::new)
        .run(
            context ->
                assertThat(context)
                    .hasSingleBean(RewardModel.class)
                    .doesNotHaveBean(RewardMeters.class));
    without("io.micrometer")
        .run(
            context ->
                assertThat(context)
                    .hasSingleBean(RewardModel.class)
                    .hasBean("r1rewardHealthIndicator")
                    .doesNotHaveBean("rewardMeters"));
  }

  @Test
  void one_of_several_fetchers_is_not_guessed() {
    MediaFetcher fetcher =
        uri -> {
          throw new IOException("none");
        };
    runner
        .withBean("one", MediaFetcher.class, () -> fetcher)
        .withBean("two", MediaFetcher.class, () -> fetcher)
        .run(context -> assertThat(FakeProvider.model.settings.mediaFetcher()).isNull());
  }

  @Test
  void the_context_closes_the_model() {
    runner.run(context -> assertThat(FakeProvider.model.isOpen()).isTrue());
    assertThat(FakeProvider.model.isOpen()).isFalse();
  }
}
