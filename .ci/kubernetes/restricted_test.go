package kubernetes_test

import (
	"testing"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/pod-security-admission/api"
	"k8s.io/pod-security-admission/policy"
)

// refusedBy tells why a namespace that enforces the pod security standard "restricted" refuses a pod.
func refusedBy(t *testing.T, pod *corev1.PodTemplateSpec) string {
	t.Helper()
	evaluator, err := policy.NewEvaluator(policy.DefaultChecks())
	if err != nil {
		t.Fatal(err)
	}
	level := api.LevelVersion{Level: api.LevelRestricted, Version: api.LatestVersion()}
	if result := policy.AggregateCheckResults(evaluator.EvaluatePod(level, &pod.ObjectMeta, &pod.Spec)); !result.Allowed {
		return result.ForbiddenDetail()
	}
	return ""
}

// TestRestricted: a namespace that enforces the pod security standard "restricted" takes all pods of the samples, and would not
// take them if one line was missing.
func TestRestricted(t *testing.T) {
	t.Parallel()
	pods := 0
	for name := range kustomizations() {
		for _, object := range build(t, name) {
			pod := podOf(t, object)
			if pod == nil {
				continue
			}
			pods++
			if why := refusedBy(t, pod); why != "" {
				t.Errorf("%s, %s: %s", name, read(t, object).Metadata.Name, why)
			}
			for i := range pod.Spec.Containers {
				broken := pod.DeepCopy()
				broken.Spec.Containers[i].SecurityContext = nil
				if refusedBy(t, broken) == "" {
					t.Errorf("%s, %s: is taken without any security context too", name, read(t, object).Metadata.Name)
				}
			}
		}
	}
	if pods == 0 {
		t.Error("there are no pods")
	}
}
