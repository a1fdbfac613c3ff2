package kubernetes_test

import (
	"fmt"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/serializer"
	"k8s.io/apimachinery/pkg/util/validation/field"
	podapi "k8s.io/kubernetes/pkg/api/pod"
	"k8s.io/kubernetes/pkg/apis/batch"
	batchv1 "k8s.io/kubernetes/pkg/apis/batch/v1"
	batchvalidation "k8s.io/kubernetes/pkg/apis/batch/validation"
	"k8s.io/kubernetes/pkg/apis/core"
	corev1 "k8s.io/kubernetes/pkg/apis/core/v1"
	corevalidation "k8s.io/kubernetes/pkg/apis/core/validation"
	"k8s.io/kubernetes/pkg/apis/networking"
	networkingv1 "k8s.io/kubernetes/pkg/apis/networking/v1"
	networkingvalidation "k8s.io/kubernetes/pkg/apis/networking/validation"
)

// server does with an object what an API server does before it stores it.
type server struct{ decoder runtime.Decoder }

func newServer() (*server, error) {
	scheme := runtime.NewScheme()
	for _, add := range []func(*runtime.Scheme) error{
		batch.AddToScheme, batchv1.AddToScheme, core.AddToScheme, corev1.AddToScheme, networking.AddToScheme, networkingv1.AddToScheme,
	} {
		if err := add(scheme); err != nil {
			return nil, err
		}
	}
	return &server{serializer.NewCodecFactory(scheme, serializer.EnableStrict).UniversalDecoder()}, nil
}

// check decodes an object strictly, sets what is not given, and validates the whole.
func (s *server) check(object []byte) error {
	decoded, _, err := s.decoder.Decode(object, nil, nil)
	if err != nil {
		return err
	}
	if about, ok := decoded.(metav1.Object); ok && about.GetNamespace() == "" {
		about.SetNamespace(metav1.NamespaceDefault)
	}
	var errs field.ErrorList
	switch o := decoded.(type) {
	case *batch.CronJob:
		return s.checkCronJob(o)
	case *core.PersistentVolumeClaim:
		errs = corevalidation.ValidatePersistentVolumeClaim(o, corevalidation.ValidationOptionsForPersistentVolumeClaim(o, nil))
	case *batch.Job: // as the template of a CronJob, which has no selector yet either
		return s.checkCronJob(&batch.CronJob{ObjectMeta: o.ObjectMeta, Spec: batch.CronJobSpec{
			Schedule: "@daily", ConcurrencyPolicy: batch.ForbidConcurrent, JobTemplate: batch.JobTemplateSpec{Spec: o.Spec},
		}})
	case *core.ConfigMap:
		errs = corevalidation.ValidateConfigMap(o)
	case *core.ServiceAccount:
		errs = corevalidation.ValidateServiceAccount(o)
	case *networking.NetworkPolicy:
		errs = networkingvalidation.ValidateNetworkPolicy(o, networkingvalidation.NetworkPolicyValidationOptions{})
	default:
		return fmt.Errorf("nobody knows how to validate a %T", decoded)
	}
	return errs.ToAggregate()
}

func (s *server) checkCronJob(o *batch.CronJob) error {
	options := podapi.GetValidationOptionsFromPodTemplate(&o.Spec.JobTemplate.Spec.Template, nil)
	return batchvalidation.ValidateCronJobCreate(o, options).ToAggregate()
}
