package io.r1reward.service;

import jakarta.servlet.MultipartConfigElement;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;

/** The program: a judge behind HTTP. The checkpoint is {@code r1reward.checkpoint}. */
@SpringBootApplication(proxyBeanMethods = false)
@EnableConfigurationProperties(ServiceLimits.class)
public class Service {

  /** For Spring. */
  public Service() {}

  /** Starts the service. */
  public static void main(String[] args) {
    var unused = SpringApplication.run(Service.class, args);
  }

  /** Forms stay in memory: what strangers send is not written to a disk. */
  @Bean
  MultipartConfigElement multipartLimits(ServiceLimits limits) {
    long body = limits.maxBody().toBytes();
    return new MultipartConfigElement("", -1, body, (int) body);
  }
}
